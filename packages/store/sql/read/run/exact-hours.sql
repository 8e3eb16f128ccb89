-- The same as run/series.sql where no runs of the range have been removed, for slots of whole hours or one slot, and for
-- filters and splits by feature and status alone. What adds up comes from the roll-up by hour, and from the spans at the
-- ends of the range that cut an hour; exact percentiles and distinct counts come from run_uses, which needs no file of the archive.
WITH edge AS (
  SELECT s.feature_id, s.feature_status, s.user_id, s.session_id, s.marks, s.duration_ns, s.efficiency, s.start_time
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_first_edge_end($from, $to, true) AND s.feature_id <> 0
  UNION ALL
  SELECT s.feature_id, s.feature_status, s.user_id, s.session_id, s.marks, s.duration_ns, s.efficiency, s.start_time
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, true) AND s.start_time < fa_time($to) AND s.feature_id <> 0
),
part AS (
  SELECT
    feature_id, feature_status, epoch_ns(start_time) AS moment,
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
    h.feature_id, h.feature_status, h.hour::BIGINT * 3600000000000,
    h.runs, h.nobody, h.untimed, h.filtered, h.duration_ns, h.scored, h.efficiency
  FROM feature_hour h
  WHERE h.hour >= fa_whole_from($from, $to, true) AND h.hour < fa_whole_to($from, $to, true)
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
numbers AS (
  SELECT
    g.bucket,
    top.rank,
    min(top.text) AS value,
    sum(g.runs) AS runs,
    sum(g.runs) FILTER (WHERE g.feature_status = 1) AS success,
    sum(g.runs) FILTER (WHERE g.feature_status = 2) AS failed,
    sum(g.runs) FILTER (WHERE g.feature_status = 3) AS partial,
    sum(g.runs) FILTER (WHERE g.feature_status = 4) AS timeout,
    sum(g.runs) FILTER (WHERE g.feature_status = 5) AS cancelled,
    sum(g.nobody) AS nobody,
    sum(g.untimed) AS untimed,
    sum(g.filtered) AS filtered,
    fa_ratio(sum(g.duration_ns), sum(g.runs) - sum(g.untimed)) AS mean_ns,
    fa_ratio(fsum(g.efficiency), sum(g.scored)) AS efficiency
  FROM grouped g
  LEFT JOIN ranked top ON top.rank <= $top AND top.id = g.id
  GROUP BY g.bucket, top.rank
),
single AS (
  SELECT
    list_extract($buckets::INTEGER[], 1 + (epoch_ns(r.start_time) - $origin) // $width) AS bucket,
    top.rank,
    count(DISTINCT nullif(r.user_id, 0)) AS users,
    count(DISTINCT nullif(r.session_id, 0)) AS sessions,
    quantile_cont(r.duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT fa_marked(r.marks, 0)) AS quantiles
  FROM run_uses r
  LEFT JOIN ranked top
    ON top.rank <= $top
    AND top.id = CASE $by WHEN 'feature' THEN r.feature_id WHEN 'status' THEN r.feature_status ELSE 0 END
  WHERE r.start_time >= fa_time($from) AND r.start_time < fa_time($to)
    AND ($feature::VARCHAR IS NULL OR r.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($status::BIGINT IS NULL OR r.feature_status = $status)
  GROUP BY bucket, top.rank
)
SELECT
  n.bucket, n.rank, n.value,
  n.runs, s.users, s.sessions,
  coalesce(n.success, 0) AS success,
  coalesce(n.failed, 0) AS failed,
  coalesce(n.partial, 0) AS partial,
  coalesce(n.timeout, 0) AS timeout,
  coalesce(n.cancelled, 0) AS cancelled,
  n.nobody, n.untimed, n.filtered,
  fa_ms(s.quantiles[1]) AS "p50Ms",
  fa_ms(s.quantiles[2]) AS "p95Ms",
  fa_ms(s.quantiles[3]) AS "p99Ms",
  fa_ms(n.mean_ns) AS "meanMs",
  n.efficiency
FROM numbers n
JOIN single s ON s.bucket = n.bucket AND s.rank IS NOT DISTINCT FROM n.rank
ORDER BY n.rank NULLS LAST, n.bucket
