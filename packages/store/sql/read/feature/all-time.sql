-- One feature over all that is stored: how often, from when to when, and what it was last. No row when it never ran.
WITH hours AS (
  SELECT * FROM feature_hour WHERE feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
),
numbers AS (
  SELECT
    sum(runs) AS runs,
    min(first_time) AS first_seen,
    max(last_time) AS last_seen,
    arg_max(category_id, last_seq) AS category_id,
    arg_max(component_id, last_seq) AS component_id
  FROM hours
  HAVING count(*) > 0
)
SELECT
  n.runs,
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen",
  category.text AS category,
  component.text AS component
FROM numbers n
LEFT JOIN vocabulary category ON category.id = n.category_id
LEFT JOIN vocabulary component ON component.id = n.component_id
