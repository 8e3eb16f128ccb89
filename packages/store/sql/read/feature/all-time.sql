-- One feature over all that is stored: how often, from when to when, and what it was last. No row when it never ran.
WITH numbers AS (
  SELECT count(*) AS runs, min(s.start_time) AS first_seen, max(s.start_time) AS last_seen, max(s.seq) AS last_seq
  FROM spans s
  WHERE s.feature_id <> 0
    AND s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
)
SELECT
  n.runs,
  n.first_seen AS "firstSeen",
  n.last_seen AS "lastSeen",
  category.text AS category,
  component.text AS component
FROM numbers n
JOIN spans latest ON latest.seq = n.last_seq
LEFT JOIN vocabulary category ON category.id = latest.category_id
LEFT JOIN vocabulary component ON component.id = latest.component_id
