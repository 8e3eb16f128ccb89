-- The numbers of runs per bucket of time, as run/series.sql has them in one series, but for percentiles, which are within
-- 3.2 % of the exact ones. Buckets are equally wide: one or several whole days (UTC), or one is the whole range. What is of the days from $fromDay until
-- before $toDay, which day/whole.sql chose, comes from the tables by day, and the rest as in day/table.sql.
WITH edge AS (
  SELECT s.feature_status, s.user_id, s.session_id, s.marks, s.duration_ns, s.efficiency,
    (epoch_ns(s.start_time) - $origin) // $width AS bucket
  FROM spans s
  WHERE ($from % 3600000000000 <> 0 OR $to % 3600000000000 <> 0)
    AND s.start_time >= fa_time($from)
    AND s.start_time < fa_time($to)
    AND (s.start_time < fa_first_edge_end($from, $to, true) OR s.start_time >= fa_last_edge_start($from, $to, true))
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
),
part AS (
  SELECT
    bucket, feature_status,
    count(*) AS runs,
    count(*) FILTER (WHERE user_id = 0 AND session_id = 0) AS nobody,
    count(*) FILTER (WHERE fa_marked(marks, 0)) AS untimed,
    count(*) FILTER (WHERE fa_marked(marks, 17)) AS filtered,
    sum(duration_ns) FILTER (WHERE NOT fa_marked(marks, 0)) AS duration_ns,
    count(*) FILTER (WHERE isfinite(efficiency)) AS scored,
    fsum(fa_finite(efficiency)) AS efficiency
  FROM edge
  GROUP BY bucket, feature_status
  UNION ALL
  SELECT
    (hour::BIGINT * 3600000000000 - $origin) // $width, feature_status,
    runs, nobody, untimed, filtered, duration_ns, scored, efficiency
  FROM feature_hour
  WHERE hour >= fa_whole_from($from, $to, true) AND hour < fa_whole_to($from, $to, true)
    AND (hour < ($fromDay * 24)::UINTEGER OR hour >= ($toDay * 24)::UINTEGER)
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  UNION ALL
  SELECT
    (day::BIGINT * 86400000000000 - $origin) // $width, feature_status,
    runs, nobody, untimed, filtered, duration_ns, scored, efficiency
  FROM day_run
  WHERE day >= $fromDay AND day < $toDay
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
),
numbers AS (
  SELECT
    bucket,
    -- include part/status-sums.sql
    sum(runs) AS runs
  FROM part
  GROUP BY bucket
),
rest AS (
  SELECT bucket, user_id, session_id FROM edge
  UNION ALL
  SELECT (hour::BIGINT * 3600000000000 - $origin) // $width, user_id, session_id
  FROM actor_uses
  WHERE hour >= fa_whole_from($from, $to, true) AND hour < ($fromDay * 24)::UINTEGER
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  UNION ALL
  SELECT (hour::BIGINT * 3600000000000 - $origin) // $width, user_id, session_id
  FROM actor_uses
  WHERE hour >= ($toDay * 24)::UINTEGER AND hour < fa_whole_to($from, $to, true)
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
),
users AS (
  SELECT bucket, sum(users) AS users
  FROM (
    SELECT bucket, bit_count(bit_or(users)) AS users
    FROM (
      SELECT (day::BIGINT * 86400000000000 - $origin) // $width AS bucket, chunk::UBIGINT AS chunk, users
      FROM day_user
      WHERE day >= $fromDay AND day < $toDay
        AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
      UNION ALL
      SELECT bucket, user_id >> 13 AS chunk, bitstring_agg((user_id & 8191)::BIGINT, 0::BIGINT, 8191::BIGINT)
      FROM rest
      WHERE user_id <> 0 AND user_id < 4294967296
      GROUP BY bucket, chunk
    )
    GROUP BY bucket, chunk
    UNION ALL
    -- Ids that are hashes.
    SELECT bucket, count(DISTINCT user_id)
    FROM (
      SELECT bucket, user_id FROM rest WHERE user_id >= 4294967296
      UNION ALL
      SELECT (day::BIGINT * 86400000000000 - $origin) // $width, user_id
      FROM day_far_user
      WHERE day >= $fromDay AND day < $toDay
        AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
    )
    GROUP BY bucket
  )
  GROUP BY bucket
),
rest_sessions AS (
  SELECT DISTINCT bucket, session_id FROM rest WHERE session_id <> 0
),
repeated AS (
  SELECT (day::BIGINT * 86400000000000 - $origin) // $width AS bucket, session_id, count(*) AS days
  FROM day_session
  WHERE day >= $fromDay AND day < $toDay
    AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
  GROUP BY bucket, session_id
),
-- Sessions of one whole day that go on in a day that is not added up.
single AS (
  SELECT unnest(range(d.day * 24, d.day * 24 + 24))::UINTEGER AS hour, r.bucket, d.session_id
  FROM day_visit d
  JOIN rest_sessions r
    ON r.session_id = d.session_id AND r.bucket = (d.day::BIGINT * 86400000000000 - $origin) // $width
  WHERE NOT $closed::BOOLEAN
    AND d.day >= $fromDay AND d.day < $toDay
    AND d.session_id NOT IN (SELECT session_id FROM repeated)
),
found AS (
  SELECT bucket, session_id FROM repeated
  UNION ALL
  SELECT DISTINCT s.bucket, s.session_id
  FROM actor_uses u
  JOIN single s ON s.hour = u.hour AND s.session_id = u.session_id
  WHERE $feature::VARCHAR IS NULL OR u.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
),
sessions AS (
  SELECT bucket, sum(sessions) AS sessions
  FROM (
    SELECT (day::BIGINT * 86400000000000 - $origin) // $width AS bucket, sessions::BIGINT AS sessions
    FROM feature_day
    WHERE day >= $fromDay AND day < $toDay
      AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
    UNION ALL
    SELECT bucket, 1 - days FROM repeated
    UNION ALL
    SELECT r.bucket, count(*) - count(f.session_id)
    FROM rest_sessions r
    LEFT JOIN found f ON f.bucket = r.bucket AND f.session_id = r.session_id
    GROUP BY r.bucket
  )
  GROUP BY bucket
),
bucketed AS (
  SELECT bucket, duration_bucket, sum(runs::DOUBLE) AS runs
  FROM (
    SELECT bucket, fa_duration_bucket(duration_ns) AS duration_bucket, 1 AS runs FROM edge WHERE NOT fa_marked(marks, 0)
    UNION ALL
    SELECT (hour::BIGINT * 3600000000000 - $origin) // $width, bucket, runs
    FROM feature_duration
    WHERE hour >= fa_whole_from($from, $to, true) AND hour < ($fromDay * 24)::UINTEGER
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    UNION ALL
    SELECT (hour::BIGINT * 3600000000000 - $origin) // $width, bucket, runs
    FROM feature_duration
    WHERE hour >= ($toDay * 24)::UINTEGER AND hour < fa_whole_to($from, $to, true)
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    UNION ALL
    SELECT (day::BIGINT * 86400000000000 - $origin) // $width, bucket, runs
    FROM day_duration
    WHERE day >= $fromDay AND day < $toDay
      AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
  )
  GROUP BY bucket, duration_bucket
),
ranked AS (
  SELECT
    bucket, duration_bucket,
    sum(runs) OVER (PARTITION BY bucket ORDER BY duration_bucket) AS upto,
    sum(runs) OVER (PARTITION BY bucket) - 1 AS last
  FROM bucketed
),
approximate AS (
  SELECT bucket, fa_bucket_quantiles(duration_bucket, upto, last) AS quantiles
  FROM ranked
  GROUP BY bucket
)
SELECT
  -- include part/number-columns.sql
  n.bucket,
  1 AS rank,
  NULL::VARCHAR AS value,
  n.runs,
  coalesce(u.users, 0) AS users,
  coalesce(s.sessions, 0) AS sessions
FROM numbers n
LEFT JOIN users u ON u.bucket = n.bucket
LEFT JOIN sessions s ON s.bucket = n.bucket
LEFT JOIN approximate q ON q.bucket = n.bucket
-- Days may have been cleared or others landed since they were chosen.
WHERE NOT EXISTS (
  FROM fa_stale_days(
    CASE WHEN $closed THEN $from // 86400000000000 ELSE $fromDay END, CASE WHEN $closed THEN $to // 86400000000000 + 1 ELSE $toDay END
  )
)
ORDER BY n.bucket
