-- Chooses hours to be merged: those where what batches added is more than a quarter of what is merged, the oldest
-- first, as many as $rows rows, but at least one.
CREATE OR REPLACE TEMP TABLE compacted_hour AS
SELECT hour
FROM (
  SELECT hour, sum(count(*)) OVER (ORDER BY hour) - count(*) AS before, count(*) FILTER (WHERE NOT merged) AS added, count(*) AS rows
  FROM actor_hour
  WHERE hour IN (SELECT DISTINCT hour FROM actor_hour WHERE NOT merged)
  GROUP BY hour
  HAVING added * 5 > count(*)
)
WHERE before < $rows
