-- The same as run/series.sql for ranges whose spans have been removed in part: the whole hours come from the roll-ups, the
-- edges of the range from the spans. Slots must be whole hours, or one the whole range. Percentiles come from the roll-up of
-- durations, in which each is within 3.2 % of the exact one. Distinct users and sessions come from the roll-up of actors
-- where neither filter nor split is by more than the feature, else from the spans; they are NULL where those are gone.
WITH state AS (
  SELECT coalesce(max((epoch_ns(raw_since) + 3599999999999) // 3600000000000), 0) AS first_hour FROM rollup_state
),
edge AS (
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id, s.marks,
    s.duration_ns, s.efficiency, epoch_ns(s.start_time) AS moment
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, true)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id, s.marks,
    s.duration_ns, s.efficiency, epoch_ns(s.start_time) AS moment
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, true)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
),
part AS (
  SELECT
    feature_id, category_id, component_id, feature_status, moment,
    1 AS runs,
    CASE WHEN user_id = 0 AND session_id = 0 THEN 1 ELSE 0 END AS nobody,
    CASE WHEN fa_marked(marks, 0) THEN 1 ELSE 0 END AS untimed,
    CASE WHEN fa_marked(marks, 17) THEN 1 ELSE 0 END AS filtered,
    CASE WHEN fa_marked(marks, 0) THEN 0 ELSE duration_ns END AS duration_ns,
    CASE WHEN isfinite(efficiency) THEN 1 ELSE 0 END AS scored,
    fa_finite(efficiency) AS efficiency,
    false AS removed
  FROM edge
  UNION ALL
  SELECT
    h.feature_id, h.category_id, h.component_id, h.feature_status, h.hour::BIGINT * 3600000000000,
    h.runs, h.nobody, h.untimed, h.filtered, h.duration_ns, h.scored, h.efficiency,
    h.hour < (SELECT first_hour FROM state)
  FROM feature_hour h
  WHERE h.hour >= fa_whole_from($from, $to, true) AND h.hour < fa_whole_to($from, $to, true)
    AND fa_wanted(h.feature_id, $feature)
    AND fa_wanted(h.category_id, $category)
    AND fa_wanted(h.component_id, $component)
    AND ($status::BIGINT IS NULL OR h.feature_status = $status)
),
grouped AS (
  SELECT
    CASE $by
      WHEN 'feature' THEN feature_id
      WHEN 'category' THEN category_id
      WHEN 'component' THEN component_id
      WHEN 'status' THEN feature_status
      ELSE 0
    END AS id,
    list_extract($buckets::INTEGER[], 1 + (moment - $origin) // $width) AS bucket,
    *
  FROM part
),
ranked AS (
  SELECT g.id, coalesce(v.text, CASE WHEN $by = 'status' THEN fa_status_name(g.id) END) AS text,
    row_number() OVER (ORDER BY g.runs DESC, v.text, g.id) AS rank
  FROM (SELECT id, sum(runs) AS runs FROM grouped GROUP BY id) g
  LEFT JOIN vocabulary v ON v.id = g.id AND $by IN ('feature', 'category', 'component')
),
numbers AS (
  SELECT
    g.bucket,
    top.rank,
    min(top.text) AS value,
    sum(g.runs) AS runs,
    -- include part/status-sums.sql
    bool_or(g.removed) AS removed
  FROM grouped g
  LEFT JOIN ranked top ON top.rank <= $top AND top.id = g.id
  GROUP BY g.bucket, top.rank
),
actor_part AS (
  SELECT u.feature_id, 0 AS category_id, 0 AS component_id, 0 AS feature_status, u.user_id, u.session_id,
    u.hour::BIGINT * 3600000000000 AS moment
  FROM actor_uses u
  WHERE u.hour >= fa_whole_from($from, $to, coalesce($by, 'feature') = 'feature' AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    AND u.hour < fa_whole_to($from, $to, coalesce($by, 'feature') = 'feature' AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    AND fa_wanted(u.feature_id, $feature)
  UNION ALL
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id,
    epoch_ns(s.start_time) AS moment
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, coalesce($by, 'feature') = 'feature' AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id,
    epoch_ns(s.start_time) AS moment
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, coalesce($by, 'feature') = 'feature' AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
),
actors AS (
  SELECT
    list_extract($buckets::INTEGER[], 1 + (a.moment - $origin) // $width) AS bucket,
    top.rank,
    count(DISTINCT nullif(a.user_id, 0)) AS users,
    count(DISTINCT nullif(a.session_id, 0)) AS sessions
  FROM actor_part a
  LEFT JOIN ranked top
    ON top.rank <= $top
    AND top.id = CASE $by
      WHEN 'feature' THEN a.feature_id
      WHEN 'category' THEN a.category_id
      WHEN 'component' THEN a.component_id
      WHEN 'status' THEN a.feature_status
      ELSE 0
    END
  GROUP BY bucket, top.rank
),
bucketed AS (
  SELECT
    list_extract($buckets::INTEGER[], 1 + (d.moment - $origin) // $width) AS bucket,
    top.rank, d.duration_bucket, sum(d.runs::DOUBLE) AS runs
  FROM (
    SELECT feature_id, category_id, component_id, feature_status, moment,
      fa_duration_bucket(duration_ns) AS duration_bucket, 1 AS runs
    FROM edge
    WHERE NOT fa_marked(marks, 0)
    UNION ALL
    SELECT h.feature_id, h.category_id, h.component_id, h.feature_status, h.hour::BIGINT * 3600000000000,
      h.bucket, h.runs
    FROM feature_duration h
    WHERE h.hour >= fa_whole_from($from, $to, true) AND h.hour < fa_whole_to($from, $to, true)
      AND fa_wanted(h.feature_id, $feature)
      AND fa_wanted(h.category_id, $category)
      AND fa_wanted(h.component_id, $component)
      AND ($status::BIGINT IS NULL OR h.feature_status = $status)
  ) d
  LEFT JOIN ranked top
    ON top.rank <= $top
    AND top.id = CASE $by
      WHEN 'feature' THEN d.feature_id
      WHEN 'category' THEN d.category_id
      WHEN 'component' THEN d.component_id
      WHEN 'status' THEN d.feature_status
      ELSE 0
    END
  GROUP BY 1, top.rank, d.duration_bucket
),
durations AS (
  SELECT
    bucket, rank, duration_bucket,
    sum(runs) OVER (PARTITION BY bucket, rank ORDER BY duration_bucket) AS upto,
    sum(runs) OVER (PARTITION BY bucket, rank) - 1 AS last
  FROM bucketed
),
approximate AS (
  SELECT
    bucket, rank,
    fa_bucket_quantiles(duration_bucket, upto, last) AS quantiles
  FROM durations
  GROUP BY bucket, rank
)
SELECT
  -- include part/number-columns.sql
  n.bucket, n.rank, n.value,
  n.runs,
  CASE
    WHEN NOT n.removed OR (coalesce($by, 'feature') = 'feature' AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    THEN coalesce(a.users, 0)
  END AS users,
  CASE
    WHEN NOT n.removed OR (coalesce($by, 'feature') = 'feature' AND $category::VARCHAR IS NULL AND $component::VARCHAR IS NULL AND $status::BIGINT IS NULL)
    THEN coalesce(a.sessions, 0)
  END AS sessions
FROM numbers n
LEFT JOIN actors a ON a.bucket = n.bucket AND a.rank IS NOT DISTINCT FROM n.rank
LEFT JOIN approximate q ON q.bucket = n.bucket AND q.rank IS NOT DISTINCT FROM n.rank
ORDER BY n.rank NULLS LAST, n.bucket
