-- The longest stretch of days (UTC) within a range whose numbers stand in day_run as they are in feature_hour, days
-- without runs included; whether all days hold that the range has a part of; and how many runs its whole hours have.
WITH bounds AS (
  SELECT ($from + 86399999999999) // 86400000000000 AS first_day, $to // 86400000000000 AS end_day
),
hours AS (
  SELECT
    hour // 24 AS day,
    sum(runs) AS runs,
    sum(runs) FILTER (
      WHERE hour >= fa_whole_from($from, $to, true) AND hour < fa_whole_to($from, $to, true)
        AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    ) AS asked
  FROM feature_hour
  WHERE hour >= $from // 3600000000000 // 24 * 24 AND hour < ($to // 3600000000000 // 24 + 1) * 24
  GROUP BY hour // 24
),
stale AS (
  SELECT coalesce(h.day, d.day)::BIGINT AS day
  FROM hours h
  FULL JOIN (
    SELECT day, sum(runs) AS runs
    FROM day_run
    WHERE day >= $from // 86400000000000 AND day <= $to // 86400000000000
    GROUP BY day
  ) d ON d.day = h.day
  WHERE coalesce(h.runs, 0) <> coalesce(d.runs, 0)
),
edges AS (
  SELECT first_day - 1 AS day FROM bounds
  UNION ALL
  SELECT s.day FROM stale s, bounds b WHERE s.day >= b.first_day AND s.day < b.end_day
  UNION ALL
  SELECT end_day FROM bounds
),
stretches AS (
  SELECT day + 1 AS first_day, lead(day) OVER (ORDER BY day) AS end_day FROM edges
)
SELECT
  first_day AS "fromDay",
  end_day AS "toDay",
  NOT EXISTS (FROM stale) AS closed,
  (SELECT coalesce(sum(asked), 0) FROM hours) AS runs
FROM stretches
WHERE end_day > first_day
ORDER BY end_day - first_day DESC, first_day DESC
LIMIT 1
