-- Days (UTC) from a first one until before another that are not added up as they are: upkeep has not made them, or made them
-- before others landed, or their hours were built anew. With their runs as the hours have them.
CREATE OR REPLACE MACRO fa_stale_days(first_day, end_day) AS TABLE
SELECT day, sum(in_hours) AS runs
FROM (
  SELECT hour // 24 AS day, runs::DOUBLE AS in_hours, 0 AS in_days
  FROM feature_hour
  WHERE hour >= greatest(0, first_day * 24)::UINTEGER AND hour < greatest(0, end_day * 24)::UINTEGER
  UNION ALL
  SELECT day, 0, runs::DOUBLE
  FROM day_run
  WHERE day >= greatest(0, first_day)::UINTEGER AND day < greatest(0, end_day)::UINTEGER
)
GROUP BY day
HAVING sum(in_hours) <> sum(in_days);
