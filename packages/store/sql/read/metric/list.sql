-- Metrics with points in a range, by name; the same name with another type, unit or description is another row.
WITH found AS (
  SELECT
    p.metric_id,
    count(*) AS points,
    count(DISTINCT row(p.resource_id, p.attribute_set_id)) AS series,
    min(p.time) AS first_seen,
    max(p.time) AS last_seen,
    list(DISTINCT r.service_id) FILTER (WHERE r.service_id <> 0) AS service_ids
  FROM metric_points p
  LEFT JOIN resources r ON r.id = p.resource_id
  WHERE p.time >= fa_time($from) AND p.time < fa_time($to)
    AND fa_wanted(r.service_id, $service)
  GROUP BY p.metric_id
)
SELECT
  m.content::JSON ->> 'name' AS name,
  fa_metric_type_name(m.type) AS type,
  m.content::JSON ->> 'unit' AS unit,
  m.content::JSON ->> 'description' AS description,
  CASE WHEN m.type IN (7, 9, 10) THEN fa_temporality_name(m.temporality) END AS temporality,
  CASE WHEN m.type = 7 THEN m.monotonic = 1 END AS monotonic,
  to_json(coalesce((
    SELECT list(v.text ORDER BY v.text) FROM vocabulary v WHERE list_contains(f.service_ids, v.id)
  ), [])) AS services,
  f.series,
  f.points,
  f.first_seen AS "firstSeen",
  f.last_seen AS "lastSeen"
FROM found f
JOIN metrics m ON m.id = f.metric_id
ORDER BY name, m.id
LIMIT $limit
