-- What processes used, a row a process and minute, out of the metrics that they sent: $names with the $roles that they have.
WITH wanted AS (
  SELECT m.id AS metric_id, m.temporality, list_extract($roles::VARCHAR[], list_position($names::VARCHAR[], v.text)) AS role
  FROM metrics m
  JOIN vocabulary v ON v.id = m.name_id
  WHERE list_contains($names::VARCHAR[], v.text)
),
-- include part/processes.sql
chosen AS (
  SELECT * FROM processes
  WHERE ($service::VARCHAR IS NULL OR service = $service) AND ($feature::VARCHAR IS NULL OR process IN (
    SELECT p.process
    FROM spans s
    JOIN processes p ON p.resource_id = s.resource_id
    WHERE s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
      AND s.start_time >= fa_time($runsFrom) AND s.start_time < fa_time($to)
      AND fa_end(s.start_time, s.duration_ns) >= fa_time($from)
  ))
),
points AS (
  SELECT
    c.process, w.role, w.temporality, p.metric_id, p.scope_id, p.attribute_set_id, p.seq,
    epoch_ns(p.time) AS t, epoch_ns(p.start_time) AS started, p.value
  FROM metric_points p
  JOIN wanted w ON w.metric_id = p.metric_id
  JOIN chosen c ON c.resource_id = p.resource_id
  -- Before the range: what the first difference begins at.
  WHERE p.time >= fa_time($from - $gapNs) AND p.time < fa_time($to)
    AND p.value_kind <> 0 AND p.flags & 1 = 0 AND isfinite(p.value)
),
steps AS (
  SELECT
    process, metric_id, scope_id, attribute_set_id, temporality, t, started, value,
    lag(t) OVER series AS t_before,
    lag(started) OVER series AS started_before,
    lag(value) OVER series AS value_before
  FROM points
  WHERE role = 'cpu_time'
  WINDOW series AS (PARTITION BY process, metric_id, scope_id, attribute_set_id ORDER BY t, seq)
),
-- A counter that falls, or says that it began anew, counts from nothing since it began.
used AS (
  SELECT
    process, metric_id, scope_id, attribute_set_id, t,
    CASE
      WHEN temporality = 1 OR value < value_before OR started > started_before THEN value
      ELSE value - value_before
    END AS seconds,
    t - CASE
      WHEN temporality = 1 AND started > 0 THEN greatest(started, coalesce(t_before, started))
      WHEN started > t_before AND started < t THEN started
      ELSE t_before
    END AS length_ns
  FROM steps
),
rates AS (
  SELECT process, metric_id, scope_id, attribute_set_id, t // 60000000000 AS minute,
    sum(seconds) / (sum(length_ns) / 1e9) AS cores
  FROM used
  -- Across a longer silence nobody knows when it was used.
  WHERE length_ns > 0 AND length_ns <= $gapNs AND t >= $from
  GROUP BY ALL
),
-- Two senders of the same in one process, such as two libraries, say it twice: the larger counts.
cpu AS (
  SELECT process, minute, max(cores) AS cores
  FROM (SELECT process, minute, metric_id, scope_id, sum(cores) AS cores FROM rates GROUP BY ALL)
  GROUP BY ALL
),
sets AS (
  SELECT
    a.id AS attribute_set_id,
    list_filter(list_transform($stateKeys::VARCHAR[], lambda name: fa_attr_text(a.content, name)), lambda text: text IS NOT NULL)[1] AS state,
    list_filter(list_transform($coreKeys::VARCHAR[], lambda name: fa_attr_text(a.content, name)), lambda text: text IS NOT NULL)[1] AS core
  FROM attribute_sets a
  WHERE a.id IN (SELECT attribute_set_id FROM points WHERE role <> 'cpu_time')
),
levels AS (
  SELECT p.process, p.role, p.metric_id, p.scope_id, p.t // 60000000000 AS minute, s.state, s.core, p.attribute_set_id,
    avg(p.value) AS mean, max(p.value) AS high
  FROM points p
  LEFT JOIN sets s ON s.attribute_set_id = p.attribute_set_id
  WHERE p.role <> 'cpu_time' AND p.t >= $from
  GROUP BY ALL
),
gauges AS (
  SELECT
    process, role, metric_id, scope_id, minute,
    CASE role
      WHEN 'cpu_use' THEN sum(mean)
      WHEN 'memory' THEN sum(mean)
      WHEN 'machine_cpu' THEN sum(mean) FILTER (WHERE state IS NULL OR state <> 'idle') / greatest(count(DISTINCT core), 1)
      WHEN 'machine_memory' THEN sum(mean) FILTER (WHERE state IS NULL OR state = 'used')
      WHEN 'disk' THEN max(mean) FILTER (WHERE state IS NULL OR state = 'used')
      WHEN 'loop_delay' THEN max(high)
      ELSE max(mean)
    END AS level,
    sum(high) AS high
  FROM levels
  GROUP BY process, role, metric_id, scope_id, minute
),
minutes AS (
  SELECT process, minute FROM cpu
  UNION
  SELECT process, minute FROM gauges
),
leveled AS (
  SELECT
    process, minute,
    max(level) FILTER (WHERE role = 'cpu_use') AS cpu_use,
    max(level) FILTER (WHERE role = 'memory') AS memory,
    max(high) FILTER (WHERE role = 'memory') AS memory_high,
    max(level) FILTER (WHERE role = 'machine_cpu') AS machine_cpu,
    max(level) FILTER (WHERE role = 'machine_memory') AS machine_memory,
    max(level) FILTER (WHERE role = 'disk') AS disk,
    max(level) FILTER (WHERE role = 'loop_delay') AS loop_delay,
    max(level) FILTER (WHERE role = 'loop_use') AS loop_use
  FROM gauges
  GROUP BY ALL
),
names AS (
  SELECT process, any_value(service) AS service, max(instance) AS instance, max(host) AS host, max(pid) AS pid
  FROM chosen
  GROUP BY process
)
SELECT
  m.process, n.service, n.instance, n.host, n.pid,
  m.minute,
  c.cores,
  g.cpu_use AS "cpuUse",
  g.memory,
  g.memory_high AS "memoryHigh",
  g.machine_cpu AS "machineCpu",
  g.machine_memory AS "machineMemory",
  g.disk,
  g.loop_delay AS "loopDelay",
  g.loop_use AS "loopUse"
FROM minutes m
JOIN names n ON n.process = m.process
LEFT JOIN cpu c ON c.process = m.process AND c.minute = m.minute
LEFT JOIN leveled g ON g.process = m.process AND g.minute = m.minute
ORDER BY m.process, m.minute
LIMIT $limit
