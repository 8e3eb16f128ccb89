-- The numbers of runs of each day (UTC) from $fromDay until before $toDay, which day/whole.sql chose, by feature, the rest
-- as one more (rank NULL), as run/hours.sql has them. Only the sessions of the rest are counted by the hour: those of one
-- feature stand in feature_day, and users are bits.
WITH ranked AS MATERIALIZED (
  SELECT r.feature_id, v.text, row_number() OVER (ORDER BY r.runs DESC, v.text, r.feature_id) AS place
  FROM (
    SELECT feature_id, sum(runs) AS runs
    FROM day_run
    WHERE day >= $fromDay AND day < $toDay
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    GROUP BY feature_id
  ) r
  LEFT JOIN vocabulary v ON v.id = r.feature_id
),
-- The rest is 0, because joins by what may be NULL are slow.
top AS MATERIALIZED (
  SELECT feature_id, CASE WHEN place <= $top THEN place ELSE 0 END AS rank, CASE WHEN place <= $top THEN text END AS text
  FROM ranked
),
numbers AS (
  SELECT
    r.day, top.rank,
    min(top.text) AS value,
    -- include part/status-sums.sql
    sum(r.runs) AS runs
  FROM day_run r
  JOIN top ON top.feature_id = r.feature_id
  WHERE r.day >= $fromDay AND r.day < $toDay
  GROUP BY r.day, top.rank
),
users AS (
  SELECT day, rank, sum(users) AS users
  FROM (
    SELECT u.day, top.rank, u.chunk, bit_count(bit_or(u.users)) AS users
    FROM day_user u
    JOIN top ON top.feature_id = u.feature_id
    WHERE u.day >= $fromDay AND u.day < $toDay
    GROUP BY u.day, top.rank, u.chunk
    UNION ALL
    SELECT u.day, top.rank, NULL, count(DISTINCT u.user_id)
    FROM day_far_user u
    JOIN top ON top.feature_id = u.feature_id
    WHERE u.day >= $fromDay AND u.day < $toDay
    GROUP BY u.day, top.rank
  )
  GROUP BY day, rank
),
sessions AS (
  SELECT d.day::BIGINT AS day, top.rank, d.sessions::BIGINT AS sessions
  FROM feature_day d
  JOIN top ON top.feature_id = d.feature_id
  WHERE d.day >= $fromDay AND d.day < $toDay AND top.rank > 0
  UNION ALL
  SELECT u.hour // 24, 0, count(DISTINCT u.session_id)
  FROM actor_uses u
  JOIN top ON top.feature_id = u.feature_id AND top.rank = 0
  WHERE u.hour >= ($fromDay * 24)::UINTEGER AND u.hour < ($toDay * 24)::UINTEGER AND u.session_id <> 0
  GROUP BY u.hour // 24
),
bucketed AS (
  SELECT d.day, top.rank, d.bucket, sum(d.runs::DOUBLE) AS runs
  FROM day_duration d
  JOIN top ON top.feature_id = d.feature_id
  WHERE d.day >= $fromDay AND d.day < $toDay
  GROUP BY d.day, top.rank, d.bucket
),
placed AS (
  SELECT
    day, rank, bucket,
    sum(runs) OVER (PARTITION BY day, rank ORDER BY bucket) AS upto,
    sum(runs) OVER (PARTITION BY day, rank) - 1 AS last
  FROM bucketed
),
approximate AS (
  SELECT day, rank, fa_bucket_quantiles(bucket, upto, last) AS quantiles FROM placed GROUP BY day, rank
)
SELECT
  -- include part/number-columns.sql
  n.day,
  nullif(n.rank, 0) AS rank,
  n.value,
  n.runs,
  coalesce(u.users, 0) AS users,
  coalesce(s.sessions, 0) AS sessions
FROM numbers n
LEFT JOIN users u ON u.day = n.day AND u.rank = n.rank
LEFT JOIN sessions s ON s.day = n.day AND s.rank = n.rank
LEFT JOIN approximate q ON q.day = n.day AND q.rank = n.rank
-- Days may have been cleared or others landed since they were chosen.
WHERE NOT EXISTS (FROM fa_stale_days($fromDay, $toDay))
ORDER BY n.rank = 0, n.rank, n.day
