-- Chooses hours to be merged, as choose-feature-hour.sql does; hours of the request that has landed in part are left.
CREATE OR REPLACE TEMP TABLE compacted_hour AS
SELECT hour
FROM (
  SELECT hour, sum(count(*)) OVER (ORDER BY hour) - count(*) AS before, count(*) FILTER (WHERE merged = 0) AS added, count(*) AS rows
  FROM plan_violation_hour
  WHERE hour IN (SELECT DISTINCT hour FROM plan_violation_hour WHERE merged = 0)
  GROUP BY hour
  HAVING added * 5 > count(*) AND max(record) < (SELECT max(record) FROM landed_position)
)
WHERE before < $rows
