-- The numbers of runs of each day (UTC) from $fromDay until before $toDay, which day/whole.sql chose, of one feature or all
-- together; as day/range.sql has them, which takes twice as long to plan.
WITH numbers AS (
  SELECT
    day,
    -- include part/status-sums.sql
    sum(runs) AS runs
  FROM day_run
  WHERE day >= $fromDay AND day < $toDay
    AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  GROUP BY day
),
users AS (
  SELECT day, sum(users) AS users
  FROM (
    SELECT day, chunk, bit_count(bit_or(users)) AS users
    FROM day_user
    WHERE day >= $fromDay AND day < $toDay
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    GROUP BY day, chunk
    UNION ALL
    SELECT day, NULL, count(*)
    FROM day_far_user
    WHERE day >= $fromDay AND day < $toDay
      AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
    GROUP BY day
  )
  GROUP BY day
),
sessions AS (
  SELECT day, sum(sessions) AS sessions
  FROM feature_day
  WHERE day >= $fromDay AND day < $toDay
    AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
  GROUP BY day
),
bucketed AS (
  SELECT day, bucket, sum(runs::DOUBLE) AS runs
  FROM day_duration
  WHERE day >= $fromDay AND day < $toDay
    AND feature_id = coalesce((SELECT min(id) FROM vocabulary WHERE text = $feature), 0)
  GROUP BY day, bucket
),
ranked AS (
  SELECT
    day, bucket,
    sum(runs) OVER (PARTITION BY day ORDER BY bucket) AS upto,
    sum(runs) OVER (PARTITION BY day) - 1 AS last
  FROM bucketed
),
approximate AS (
  SELECT
    day,
    fa_bucket_quantiles(bucket, upto, last) AS quantiles
  FROM ranked
  GROUP BY day
)
SELECT
  -- include part/number-columns.sql
  n.day,
  n.runs,
  coalesce(u.users, 0) AS users,
  coalesce(s.sessions, 0) AS sessions
FROM numbers n
LEFT JOIN users u ON u.day = n.day
LEFT JOIN sessions s ON s.day = n.day
LEFT JOIN approximate q ON q.day = n.day
-- Days may have been cleared or others landed since they were chosen.
WHERE NOT EXISTS (FROM fa_stale_days($fromDay, $toDay))
ORDER BY n.day
