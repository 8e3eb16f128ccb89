-- The longest stretch of days (UTC) within a range that are added up as they are, days without runs included; whether all
-- days hold that the range has a part of; and how many runs its whole hours have.
WITH bounds AS (
  SELECT ($from + 86399999999999) // 86400000000000 AS first_day, $to // 86400000000000 AS end_day
),
stale AS MATERIALIZED (
  SELECT day::BIGINT AS day FROM fa_stale_days($from // 86400000000000, $to // 86400000000000 + 1)
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
  (
    SELECT coalesce(sum(runs), 0)
    FROM feature_hour
    WHERE hour >= fa_whole_from($from, $to, true) AND hour < fa_whole_to($from, $to, true)
      AND ($feature::VARCHAR IS NULL OR feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  ) AS runs
FROM stretches
WHERE end_day > first_day
ORDER BY end_day - first_day DESC, first_day DESC
LIMIT 1
