-- The numbers of every feature in a range over many runs, as feature/table.sql has them, but for percentiles, which are
-- within 3.2 % of the exact ones. Durations, users and sessions of the days from $fromDay until before $toDay, which
-- day/whole.sql chose, come from the tables by day, those of the rest of the range by the hour, and from the spans for its edges, which
-- are not looked at where there are none: a file of the archive costs milliseconds to open.
WITH edge AS (
  SELECT s.feature_id, s.category_id, s.component_id, s.feature_status, s.user_id, s.session_id, s.marks, s.tier,
    s.duration_ns, s.efficiency, s.start_time, s.seq
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
    feature_id, category_id, component_id, feature_status,
    -- include part/run-sums.sql
    max(seq) AS last_seq
  FROM edge
  GROUP BY feature_id, category_id, component_id, feature_status
  UNION ALL
  SELECT
    feature_id, category_id, component_id, feature_status,
    runs, nobody, untimed, filtered, duration_ns, scored, efficiency,
    excellent, good, acceptable, slow, very_slow, first_time, last_time, last_seq
  FROM feature_hour
  WHERE hour >= fa_whole_from($from, $to, true) AND hour < fa_whole_to($from, $to, true)
    AND (hour < ($fromDay * 24)::UINTEGER OR hour >= ($toDay * 24)::UINTEGER)
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  UNION ALL
  SELECT
    feature_id, category_id, component_id, feature_status,
    runs, nobody, untimed, filtered, duration_ns, scored, efficiency,
    excellent, good, acceptable, slow, very_slow, first_time, last_time, last_seq
  FROM day_run
  WHERE day >= $fromDay AND day < $toDay
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
),
numbers AS (
  SELECT
    feature_id,
    -- include part/feature-sums.sql
    max(last_time) AS last_seen
  FROM part
  GROUP BY feature_id
),
rest AS (
  SELECT feature_id, user_id, session_id FROM edge
  UNION ALL
  SELECT feature_id, user_id, session_id
  FROM actor_uses
  WHERE hour >= fa_whole_from($from, $to, true) AND hour < ($fromDay * 24)::UINTEGER
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  UNION ALL
  SELECT feature_id, user_id, session_id
  FROM actor_uses
  WHERE hour >= ($toDay * 24)::UINTEGER AND hour < fa_whole_to($from, $to, true)
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
),
chunks AS (
  SELECT feature_id, chunk, bit_count(bit_or(users)) AS users
  FROM (
    SELECT feature_id, chunk::UBIGINT AS chunk, users
    FROM day_user
    WHERE day >= $fromDay AND day < $toDay
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    UNION ALL
    SELECT feature_id, user_id >> 13 AS chunk, bitstring_agg((user_id & 8191)::BIGINT, 0::BIGINT, 8191::BIGINT)
    FROM rest
    WHERE user_id <> 0 AND user_id < 4294967296
    GROUP BY feature_id, chunk
  )
  GROUP BY feature_id, chunk
),
users AS (
  SELECT feature_id, sum(users) AS users
  FROM (
    SELECT feature_id, users FROM chunks
    UNION ALL
    -- Ids that are hashes.
    SELECT feature_id, count(DISTINCT user_id)
    FROM (
      SELECT feature_id, user_id FROM rest WHERE user_id >= 4294967296
      UNION ALL
      SELECT feature_id, user_id
      FROM day_far_user
      WHERE day >= $fromDay AND day < $toDay AND feature_id <> 0
        AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    )
    GROUP BY feature_id
  )
  GROUP BY feature_id
),
rest_sessions AS (
  SELECT DISTINCT feature_id, session_id FROM rest WHERE session_id <> 0
),
repeated AS (
  SELECT feature_id, session_id, count(*) AS days
  FROM day_session
  WHERE day >= $fromDay AND day < $toDay AND feature_id <> 0
  GROUP BY feature_id, session_id
),
-- Sessions of one whole day that go on in a day that is not added up: what they ran stands in the hours of their day.
single AS (
  SELECT unnest(range(day * 24, day * 24 + 24))::UINTEGER AS hour, session_id
  FROM day_visit
  WHERE NOT $closed::BOOLEAN
    AND day >= $fromDay AND day < $toDay
    AND session_id IN (SELECT session_id FROM rest_sessions)
    AND session_id NOT IN (SELECT session_id FROM repeated)
),
found AS (
  SELECT feature_id, session_id FROM repeated
  UNION ALL
  SELECT DISTINCT u.feature_id, u.session_id
  FROM actor_uses u
  JOIN single s ON s.hour = u.hour AND s.session_id = u.session_id
),
sessions AS (
  SELECT feature_id, sum(sessions) AS sessions
  FROM (
    SELECT feature_id, sessions::BIGINT AS sessions
    FROM feature_day
    WHERE day >= $fromDay AND day < $toDay AND feature_id <> 0
    UNION ALL
    SELECT feature_id, 1 - days FROM repeated
    UNION ALL
    SELECT r.feature_id, count(*) - count(f.session_id)
    FROM rest_sessions r
    LEFT JOIN found f ON f.feature_id = r.feature_id AND f.session_id = r.session_id
    GROUP BY r.feature_id
  )
  GROUP BY feature_id
),
bucketed AS (
  SELECT feature_id, bucket, sum(runs::DOUBLE) AS runs
  FROM (
    SELECT feature_id, fa_duration_bucket(duration_ns) AS bucket, 1 AS runs FROM edge WHERE NOT fa_marked(marks, 0)
    UNION ALL
    SELECT feature_id, bucket, runs
    FROM feature_duration
    WHERE hour >= fa_whole_from($from, $to, true) AND hour < ($fromDay * 24)::UINTEGER
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    UNION ALL
    SELECT feature_id, bucket, runs
    FROM feature_duration
    WHERE hour >= ($toDay * 24)::UINTEGER AND hour < fa_whole_to($from, $to, true)
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    UNION ALL
    SELECT feature_id, bucket, runs
    FROM day_duration
    WHERE day >= $fromDay AND day < $toDay AND feature_id <> 0
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  )
  GROUP BY feature_id, bucket
),
-- include part/bucket-quantiles.sql
SELECT
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  n.runs,
  coalesce(u.users, 0) AS users,
  coalesce(s.sessions, 0) AS sessions,
  -- include part/number-columns.sql
  n.excellent, n.good, n.acceptable, n.slow, n.very_slow AS "verySlow",
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen",
  true AS approximate
FROM numbers n
LEFT JOIN users u ON u.feature_id = n.feature_id
LEFT JOIN sessions s ON s.feature_id = n.feature_id
LEFT JOIN approximate q ON q.feature_id = n.feature_id
LEFT JOIN vocabulary feature ON feature.id = n.feature_id
LEFT JOIN vocabulary category ON category.id = n.category_id
LEFT JOIN vocabulary component ON component.id = n.component_id
-- Days may have been cleared or others landed since they were chosen.
WHERE NOT EXISTS (
  FROM fa_stale_days(
    CASE WHEN $closed THEN $from // 86400000000000 ELSE $fromDay END, CASE WHEN $closed THEN $to // 86400000000000 + 1 ELSE $toDay END
  )
)
ORDER BY n.runs DESC, feature.text
