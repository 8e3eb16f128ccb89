-- The numbers of runs of each day (UTC) from $fromDay until before $toDay, which day/whole.sql chose, of one feature or all
-- together; as day/range.sql has them, which takes twice as long to plan.
WITH numbers AS (
  SELECT
    day,
    sum(runs) AS runs,
    sum(runs) FILTER (WHERE feature_status = 1) AS success,
    sum(runs) FILTER (WHERE feature_status = 2) AS failed,
    sum(runs) FILTER (WHERE feature_status = 3) AS partial,
    sum(runs) FILTER (WHERE feature_status = 4) AS timeout,
    sum(runs) FILTER (WHERE feature_status = 5) AS cancelled,
    sum(nobody) AS nobody,
    sum(untimed) AS untimed,
    sum(filtered) AS filtered,
    fa_ratio(sum(duration_ns), sum(runs) - sum(untimed)) AS mean_ns,
    fa_ratio(fsum(efficiency), sum(scored)) AS efficiency
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
  n.day,
  n.runs,
  coalesce(u.users, 0) AS users,
  coalesce(s.sessions, 0) AS sessions,
  coalesce(n.success, 0) AS success,
  coalesce(n.failed, 0) AS failed,
  coalesce(n.partial, 0) AS partial,
  coalesce(n.timeout, 0) AS timeout,
  coalesce(n.cancelled, 0) AS cancelled,
  n.nobody, n.untimed, n.filtered,
  fa_ms(q.quantiles[1]) AS "p50Ms",
  fa_ms(q.quantiles[2]) AS "p95Ms",
  fa_ms(q.quantiles[3]) AS "p99Ms",
  fa_ms(n.mean_ns) AS "meanMs",
  n.efficiency
FROM numbers n
LEFT JOIN users u ON u.day = n.day
LEFT JOIN sessions s ON s.day = n.day
LEFT JOIN approximate q ON q.day = n.day
-- Days may have been cleared or others landed since they were chosen.
WHERE NOT EXISTS (FROM fa_stale_days($fromDay, $toDay))
ORDER BY n.day
