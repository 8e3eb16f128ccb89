-- The numbers of every feature in a range, the most used first.
-- What can be added up comes from the roll-ups for the whole hours of the range and from the spans for its edges; a service
-- is known by the spans alone. Distinct users and sessions come from the roll-up of actors where no filter but that of
-- the feature is set, else from the spans: NULL where those have been removed. Percentiles are exact, from the spans; the three share one
-- sort, of a list where there are at most 200,000 runs, as in service/table.sql. Where spans of the range have been
-- removed they come from the roll-up of durations, in which each is within 3.2 % of the exact one. Category and component
-- are those of the run that landed last. A run whose end lies before its start (mark 0) counts everywhere but in what is made of
-- durations. Runs of a sender that left out others (mark 17) are counted as such: no rate can be made of a group that
-- has some.
WITH removed AS (
  SELECT $service::VARCHAR IS NULL AND EXISTS (
    SELECT 1
    FROM feature_hour h, rollup_state r
    WHERE h.hour >= fa_whole_from($from, $to, true) AND h.hour < fa_whole_to($from, $to, true)
      AND h.hour < (epoch_ns(r.raw_since) + 3599999999999) // 3600000000000
  ) AS any_run
),
state AS (
  SELECT coalesce(max((epoch_ns(raw_since) + 3599999999999) // 3600000000000), 0) AS first_hour FROM rollup_state
),
edge AS (
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id, s.marks, s.tier,
    s.duration_ns, s.efficiency, s.start_time, s.seq
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id, s.marks, s.tier,
    s.duration_ns, s.efficiency, s.start_time, s.seq
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
),
part AS (
  SELECT
    feature_id, category_id, component_id, feature_status,
    -- include part/run-sums.sql
    max(seq) AS last_seq,
    false AS removed
  FROM edge
  GROUP BY feature_id, category_id, component_id, feature_status
  UNION ALL
  SELECT
    h.feature_id, h.category_id, h.component_id, h.feature_status,
    h.runs, h.nobody, h.untimed, h.filtered, h.duration_ns, h.scored, h.efficiency,
    h.excellent, h.good, h.acceptable, h.slow, h.very_slow, h.first_time, h.last_time, h.last_seq,
    h.hour < (SELECT first_hour FROM state)
  FROM feature_hour h
  WHERE h.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL)
    AND h.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL)
    AND fa_wanted(h.feature_id, $feature)
    AND fa_wanted(h.category_id, $category)
    AND fa_wanted(h.component_id, $component)
    AND ($status::BIGINT IS NULL OR h.feature_status = $status)
),
numbers AS (
  SELECT
    feature_id,
    -- include part/feature-sums.sql
    max(last_time) AS last_seen,
    bool_or(removed) AS removed
  FROM part
  GROUP BY feature_id
),
actor_edge AS (
  SELECT s.feature_id, s.user_id, s.session_id
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id, s.user_id, s.session_id
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
),
actors AS (
  SELECT
    feature_id,
    count(DISTINCT nullif(user_id, 0)) AS users,
    count(DISTINCT nullif(session_id, 0)) AS sessions
  FROM (
    FROM actor_edge
    UNION ALL
    SELECT u.feature_id, u.user_id, u.session_id
    FROM actor_uses u
    WHERE u.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
      AND u.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
      AND fa_wanted(u.feature_id, $feature)
  )
  GROUP BY feature_id
),
size AS (
  SELECT coalesce(sum(runs), 0) <= 200000 AS is_small FROM numbers
),
percentiles AS (
  SELECT
    s.feature_id,
    list_sort(list(s.duration_ns) FILTER (WHERE size.is_small)) AS sorted,
    quantile_cont(s.duration_ns, [0.5, 0.95, 0.99]) FILTER (WHERE NOT size.is_small) AS quantiles
  FROM spans s
  CROSS JOIN size
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND NOT fa_marked(s.marks, 0)
    AND NOT (SELECT any_run FROM removed)
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  GROUP BY s.feature_id
),
bucketed AS (
  SELECT feature_id, bucket, sum(runs::DOUBLE) AS runs
  FROM (
    SELECT feature_id, fa_duration_bucket(duration_ns) AS bucket, 1 AS runs FROM edge WHERE NOT fa_marked(marks, 0)
    UNION ALL
    SELECT h.feature_id, h.bucket, h.runs
    FROM feature_duration h
    WHERE h.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL)
    AND h.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL)
    AND fa_wanted(h.feature_id, $feature)
    AND fa_wanted(h.category_id, $category)
    AND fa_wanted(h.component_id, $component)
    AND ($status::BIGINT IS NULL OR h.feature_status = $status)
  )
  WHERE (SELECT any_run FROM removed)
  GROUP BY feature_id, bucket
),
-- include part/bucket-quantiles.sql
SELECT
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  n.runs,
  CASE
    WHEN NOT n.removed OR ($category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    THEN coalesce(a.users, 0)
  END AS users,
  CASE
    WHEN NOT n.removed OR ($category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    THEN coalesce(a.sessions, 0)
  END AS sessions,
  coalesce(n.success, 0) AS success,
  coalesce(n.failed, 0) AS failed,
  coalesce(n.partial, 0) AS partial,
  coalesce(n.timeout, 0) AS timeout,
  coalesce(n.cancelled, 0) AS cancelled,
  n.nobody, n.untimed, n.filtered,
  fa_ms(coalesce(fa_quantile(p.sorted, 0.5), p.quantiles[1], q.quantiles[1])) AS "p50Ms",
  fa_ms(coalesce(fa_quantile(p.sorted, 0.95), p.quantiles[2], q.quantiles[2])) AS "p95Ms",
  fa_ms(coalesce(fa_quantile(p.sorted, 0.99), p.quantiles[3], q.quantiles[3])) AS "p99Ms",
  fa_ms(n.mean_ns) AS "meanMs",
  n.efficiency,
  n.excellent, n.good, n.acceptable, n.slow, n.very_slow AS "verySlow",
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen",
  (SELECT any_run FROM removed) AS approximate
FROM numbers n
LEFT JOIN actors a ON a.feature_id = n.feature_id
LEFT JOIN percentiles p ON p.feature_id = n.feature_id
LEFT JOIN approximate q ON q.feature_id = n.feature_id
LEFT JOIN vocabulary feature ON feature.id = n.feature_id
LEFT JOIN vocabulary category ON category.id = n.category_id
LEFT JOIN vocabulary component ON component.id = n.component_id
ORDER BY n.runs DESC, feature.text
