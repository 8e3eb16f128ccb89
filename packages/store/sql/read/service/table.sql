-- Spans, errors and latencies of every service in a range, the busiest first. Resources are joined before grouping,
-- because a service has many and percentiles cannot be merged.
WITH numbers AS (
  SELECT
    r.service_id,
    count(*) AS spans,
    count(*) FILTER (WHERE s.status_code = 2) AS errors,
    count(*) FILTER (WHERE fa_marked(s.marks, 17)) AS filtered,
    quantile_cont(s.duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT fa_marked(s.marks, 0)) AS quantiles,
    min(s.start_time) AS first_seen,
    max(s.start_time) AS last_seen
  FROM spans s
  LEFT JOIN resources r ON r.id = s.resource_id
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND ($service::VARCHAR IS NULL OR r.service_id IN (SELECT id FROM vocabulary WHERE text = $service))
  GROUP BY r.service_id
)
SELECT
  service.text AS service,
  n.spans,
  n.errors,
  n.filtered,
  fa_ms(n.quantiles[1]) AS "p50Ms",
  fa_ms(n.quantiles[2]) AS "p95Ms",
  fa_ms(n.quantiles[3]) AS "p99Ms",
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen"
FROM numbers n
LEFT JOIN vocabulary service ON service.id = n.service_id
ORDER BY n.spans DESC, service.text
