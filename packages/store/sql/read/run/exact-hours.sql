-- The same as run/series.sql where no runs of the range have been removed, for slots of whole hours or one slot, and for
-- filters and splits by feature and status alone. What adds up comes from the roll-up by hour, and from the spans before
-- $fromHour and from $toHour on, the whole hours of the range. Exact percentiles and distinct counts come from exact_hour
-- where a bucket is one hour of one feature or all, as long as that knows of as many runs, and else from run_uses, which
-- needs no file of the archive. The hours are no macros of the range: to write those out took a quarter of the time.
WITH edge AS (
  SELECT s.feature_id, s.feature_status, s.user_id, s.session_id, s.marks, s.duration_ns, s.efficiency, s.start_time
  FROM spans s
  WHERE ($from < $fromHour * 3600000000000 OR $to > $toHour * 3600000000000)
    AND s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND (s.start_time < fa_time($fromHour * 3600000000000) OR s.start_time >= fa_time($toHour * 3600000000000))
    AND s.feature_id <> 0
),
part AS (
  SELECT
    feature_id, feature_status, NULL::UINTEGER AS hour, epoch_ns(start_time) AS moment,
    1 AS runs,
    CASE WHEN user_id = 0 AND session_id = 0 THEN 1 ELSE 0 END AS nobody,
    CASE WHEN fa_marked(marks, 0) THEN 1 ELSE 0 END AS untimed,
    CASE WHEN fa_marked(marks, 17) THEN 1 ELSE 0 END AS filtered,
    CASE WHEN fa_marked(marks, 0) THEN 0 ELSE duration_ns END AS duration_ns,
    CASE WHEN isfinite(efficiency) THEN 1 ELSE 0 END AS scored,
    fa_finite(efficiency) AS efficiency
  FROM edge
  UNION ALL
  SELECT
    h.feature_id, h.feature_status, h.hour, h.hour::BIGINT * 3600000000000,
    h.runs, h.nobody, h.untimed, h.filtered, h.duration_ns, h.scored, h.efficiency
  FROM feature_hour h
  WHERE h.hour >= $fromHour::UINTEGER AND h.hour < $toHour::UINTEGER
),
grouped AS (
  SELECT
    CASE $by WHEN 'feature' THEN feature_id WHEN 'status' THEN feature_status ELSE 0 END AS id,
    list_extract($buckets::INTEGER[], 1 + (moment - $origin) // $width) AS bucket,
    *
  FROM part
  WHERE ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($status::BIGINT IS NULL OR feature_status = $status)
),
ranked AS (
  SELECT g.id, coalesce(v.text, CASE WHEN $by = 'status' THEN fa_status_name(g.id) END) AS text,
    row_number() OVER (ORDER BY g.runs DESC, v.text, g.id) AS rank
  FROM (SELECT id, sum(runs) AS runs FROM grouped GROUP BY id) g
  LEFT JOIN vocabulary v ON v.id = g.id AND $by = 'feature'
),
numbers AS MATERIALIZED (
  SELECT
    g.bucket,
    top.rank,
    min(top.text) AS value,
    CASE WHEN $feature::VARCHAR IS NULL THEN min(top.id) ELSE min(g.feature_id) END AS id,
    CASE WHEN bool_and(g.hour IS NOT NULL) AND min(g.hour) = max(g.hour) THEN min(g.hour) END AS hour,
    -- include part/status-sums.sql
    sum(g.runs)::UBIGINT AS runs
  FROM grouped g
  LEFT JOIN ranked top ON top.rank <= $top AND top.id = g.id
  GROUP BY g.bucket, top.rank
),
kept AS (
  SELECT n.bucket, n.rank, e.users, e.sessions, [e.p50_ns, e.p95_ns, e.p99_ns] AS quantiles
  FROM numbers n
  JOIN exact_hour e ON e.hour = n.hour AND e.feature_id = n.id AND e.runs = n.runs
  WHERE $status::BIGINT IS NULL AND coalesce($by, 'feature') = 'feature'
),
rest AS (
  SELECT n.bucket, n.rank FROM numbers n ANTI JOIN kept k ON k.bucket = n.bucket AND k.rank = n.rank
),
single AS (
  SELECT
    r.bucket, r.rank,
    count(DISTINCT nullif(r.user_id, 0)) AS users,
    count(DISTINCT nullif(r.session_id, 0)) AS sessions,
    quantile_cont(r.duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT fa_marked(r.marks, 0)) AS quantiles
  FROM (
    SELECT
      list_extract($buckets::INTEGER[], 1 + (epoch_ns(r.start_time) - $origin) // $width) AS bucket,
      top.rank, r.user_id, r.session_id, r.duration_ns, r.marks
    FROM run_uses r
    LEFT JOIN ranked top
      ON top.rank <= $top
      AND top.id = CASE $by WHEN 'feature' THEN r.feature_id WHEN 'status' THEN r.feature_status ELSE 0 END
    WHERE r.start_time >= fa_time($from) AND r.start_time < fa_time($to)
      AND ($feature::VARCHAR IS NULL OR r.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
      AND ($status::BIGINT IS NULL OR r.feature_status = $status)
  ) r
  JOIN rest ON rest.bucket = r.bucket AND rest.rank IS NOT DISTINCT FROM r.rank
  GROUP BY r.bucket, r.rank
)
SELECT
  -- include part/number-columns.sql
  n.bucket, n.rank, n.value,
  n.runs, q.users, q.sessions
FROM numbers n
JOIN (FROM kept UNION ALL FROM single) q ON q.bucket = n.bucket AND q.rank IS NOT DISTINCT FROM n.rank
ORDER BY n.rank NULLS LAST, n.bucket
