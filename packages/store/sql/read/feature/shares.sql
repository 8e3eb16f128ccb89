-- Runs split by component or by version, the most frequent first.
WITH grouped AS (
  SELECT CASE $by WHEN 'component' THEN s.component_id WHEN 'version' THEN s.version_id END AS id, count(*) AS runs
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($service::VARCHAR IS NULL OR s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  GROUP BY id
)
SELECT v.text AS value, g.runs
FROM grouped g
LEFT JOIN vocabulary v ON v.id = g.id
ORDER BY g.runs DESC, v.text
LIMIT 20
