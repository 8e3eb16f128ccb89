-- Chooses days to be merged, as hours are in choose-actor-hour.sql.
CREATE OR REPLACE TEMP TABLE compacted_hour AS
SELECT hour
FROM (
  SELECT day AS hour, sum(count(*)) OVER (ORDER BY day) - count(*) AS before, count(*) FILTER (WHERE NOT merged) AS added
  FROM active_day
  WHERE day IN (SELECT DISTINCT day FROM active_day WHERE NOT merged)
  GROUP BY day
  HAVING added * 5 > count(*)
)
WHERE before < $rows
