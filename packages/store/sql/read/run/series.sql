-- The numbers of runs per bucket of time, in one series or split by a word with the rest as one more (rank NULL).
-- Buckets as in feature/trend.sql. The words are ranked in a first pass over their ids alone, so that percentiles and
-- distinct counts of the rest are made of its runs, not of the numbers of its groups.
WITH ranked AS (
  SELECT g.id, coalesce(v.text, CASE WHEN $by = 'status' THEN fa_status_name(g.id) END) AS text,
    row_number() OVER (ORDER BY g.runs DESC, v.text, g.id) AS rank
  FROM (
    SELECT
      CASE $by
        WHEN 'feature' THEN s.feature_id
        WHEN 'category' THEN s.category_id
        WHEN 'component' THEN s.component_id
        WHEN 'status' THEN s.feature_status
        ELSE 0
      END AS id,
      count(*) AS runs
    FROM spans s
    WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
      AND s.feature_id <> 0
      AND fa_wanted(s.feature_id, $feature)
      AND fa_wanted(s.category_id, $category)
      AND fa_wanted(s.component_id, $component)
      AND fa_wanted_service(s.resource_id, $service)
      AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    GROUP BY id
  ) g
  LEFT JOIN vocabulary v ON v.id = g.id AND $by IN ('feature', 'category', 'component')
),
numbers AS (
  SELECT
    list_extract($buckets::INTEGER[], 1 + (epoch_ns(s.start_time) - $origin) // $width) AS bucket,
    top.rank,
    count(*) AS runs,
    count(DISTINCT nullif(s.user_id, 0)) AS users,
    count(DISTINCT nullif(s.session_id, 0)) AS sessions,
    count(*) FILTER (WHERE s.feature_status = 1) AS success,
    count(*) FILTER (WHERE s.feature_status = 2) AS failed,
    count(*) FILTER (WHERE s.feature_status = 3) AS partial,
    count(*) FILTER (WHERE s.feature_status = 4) AS timeout,
    count(*) FILTER (WHERE s.feature_status = 5) AS cancelled,
    count(*) FILTER (WHERE s.user_id = 0 AND s.session_id = 0) AS nobody,
    count(*) FILTER (WHERE fa_marked(s.marks, 0)) AS untimed,
    count(*) FILTER (WHERE fa_marked(s.marks, 17)) AS filtered,
    quantile_cont(s.duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT fa_marked(s.marks, 0)) AS quantiles,
    avg(s.duration_ns) FILTER (WHERE NOT fa_marked(s.marks, 0)) AS mean_ns,
    favg(fa_finite(s.efficiency)) AS efficiency
  FROM spans s
  LEFT JOIN ranked top
    ON top.rank <= $top
    AND top.id = CASE $by
      WHEN 'feature' THEN s.feature_id
      WHEN 'category' THEN s.category_id
      WHEN 'component' THEN s.component_id
      WHEN 'status' THEN s.feature_status
      ELSE 0
    END
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  GROUP BY bucket, top.rank
)
SELECT
  n.bucket, n.rank, top.text AS value,
  n.runs, n.users, n.sessions,
  n.success, n.failed, n.partial, n.timeout, n.cancelled, n.nobody, n.untimed, n.filtered,
  fa_ms(n.quantiles[1]) AS "p50Ms",
  fa_ms(n.quantiles[2]) AS "p95Ms",
  fa_ms(n.quantiles[3]) AS "p99Ms",
  fa_ms(n.mean_ns) AS "meanMs",
  n.efficiency
FROM numbers n
LEFT JOIN ranked top ON top.rank = n.rank
ORDER BY n.rank NULLS LAST, n.bucket
