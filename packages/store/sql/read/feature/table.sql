-- The numbers of every feature in a range, the most used first.
-- Groups on the feature id and joins the texts of the few groups: a text joined a row costs about 20 ms a million runs.
-- Category and component are those of the run that landed last, found by its seq: arg_max took 800 ms of 10 million
-- runs, max(seq) and a join 50. The three percentiles share one sort. A run whose end lies before its start (mark 0)
-- counts everywhere but in what is made of durations. Runs of a sender that left out others (mark 17) are counted as
-- such: no rate can be made of a group that has some.
WITH numbers AS (
  SELECT
    s.feature_id,
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
    favg(fa_finite(s.efficiency)) AS efficiency,
    count(*) FILTER (WHERE s.tier = 1 AND NOT fa_marked(s.marks, 0)) AS excellent,
    count(*) FILTER (WHERE s.tier = 2 AND NOT fa_marked(s.marks, 0)) AS good,
    count(*) FILTER (WHERE s.tier = 3 AND NOT fa_marked(s.marks, 0)) AS acceptable,
    count(*) FILTER (WHERE s.tier = 4 AND NOT fa_marked(s.marks, 0)) AS slow,
    count(*) FILTER (WHERE s.tier = 5 AND NOT fa_marked(s.marks, 0)) AS very_slow,
    min(s.start_time) AS first_seen,
    max(s.start_time) AS last_seen,
    max(s.seq) AS last_seq
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($service::VARCHAR IS NULL OR s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  GROUP BY s.feature_id
)
SELECT
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  n.runs, n.users, n.sessions,
  n.success, n.failed, n.partial, n.timeout, n.cancelled, n.nobody, n.untimed, n.filtered,
  fa_ms(n.quantiles[1]) AS "p50Ms",
  fa_ms(n.quantiles[2]) AS "p95Ms",
  fa_ms(n.quantiles[3]) AS "p99Ms",
  fa_ms(n.mean_ns) AS "meanMs",
  n.efficiency,
  n.excellent, n.good, n.acceptable, n.slow, n.very_slow AS "verySlow",
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen"
FROM numbers n
JOIN spans latest ON latest.seq = n.last_seq
LEFT JOIN vocabulary feature ON feature.id = n.feature_id
LEFT JOIN vocabulary category ON category.id = latest.category_id
LEFT JOIN vocabulary component ON component.id = latest.component_id
ORDER BY n.runs DESC, feature.text
