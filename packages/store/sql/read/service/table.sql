-- Spans, errors and latencies of every service in a range, the busiest first. Resources are joined before grouping,
-- because a service has many and percentiles cannot be merged. Of at most 200,000 spans percentiles are made of sorted
-- lists: low + (high - low) * part, as spreadsheets and NumPy have it. quantile_cont, which is made for more, differs in
-- the last digit: low * (1 - part) + high * part.
WITH size AS (
  SELECT count(*) <= 200000 AS is_small
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
),
numbers AS (
  SELECT
    r.service_id,
    count(*) AS spans,
    count(*) FILTER (WHERE s.status_code = 2) AS errors,
    count(*) FILTER (WHERE fa_marked(s.marks, 17)) AS filtered,
    count(*) FILTER (WHERE fa_marked(s.marks, 0)) AS negative,
    max(s.duration_ns) FILTER (WHERE NOT fa_marked(s.marks, 0)) AS max_ns,
    list_sort(list(s.duration_ns) FILTER (WHERE size.is_small AND NOT fa_marked(s.marks, 0))) AS sorted,
    quantile_cont(s.duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT size.is_small AND NOT fa_marked(s.marks, 0)) AS quantiles,
    min(s.start_time) AS first_seen,
    max(s.start_time) AS last_seen
  FROM spans s
  CROSS JOIN size
  LEFT JOIN resources r ON r.id = s.resource_id
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND fa_wanted(r.service_id, $service)
  GROUP BY r.service_id
)
SELECT
  service.text AS service,
  n.spans,
  n.errors,
  n.filtered,
  fa_ms(coalesce(fa_quantile(n.sorted, 0.5), n.quantiles[1])) AS "p50Ms",
  fa_ms(coalesce(fa_quantile(n.sorted, 0.95), n.quantiles[2])) AS "p95Ms",
  fa_ms(coalesce(fa_quantile(n.sorted, 0.99), n.quantiles[3])) AS "p99Ms",
  fa_ms(n.max_ns) AS "maxMs",
  n.negative,
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen"
FROM numbers n
LEFT JOIN vocabulary service ON service.id = n.service_id
ORDER BY n.spans DESC, service.text
