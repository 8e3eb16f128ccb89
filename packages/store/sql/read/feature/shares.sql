-- Runs split by component or by version, the most frequent first. Whole hours by the roll-up, which knows no version.
WITH grouped AS (
  SELECT id, sum(runs) AS runs
  FROM (
    SELECT CASE $by WHEN 'component' THEN s.component_id WHEN 'version' THEN s.version_id END AS id, 1 AS runs
    FROM spans s
    WHERE s.start_time >= fa_time($from)
      AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND s.feature_id <> 0
      AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
      AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
      AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
      AND ($service::VARCHAR IS NULL OR s.resource_id IN (
        SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
      AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    UNION ALL
    SELECT CASE $by WHEN 'component' THEN s.component_id WHEN 'version' THEN s.version_id END AS id, 1 AS runs
    FROM spans s
    WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND s.start_time < fa_time($to)
      AND s.feature_id <> 0
      AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
      AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
      AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
      AND ($service::VARCHAR IS NULL OR s.resource_id IN (
        SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
      AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    UNION ALL
    SELECT h.component_id, h.runs
    FROM feature_hour h
    WHERE h.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND h.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND ($feature::VARCHAR IS NULL OR h.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
      AND ($category::VARCHAR IS NULL OR h.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
      AND ($component::VARCHAR IS NULL OR h.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
      AND ($status::BIGINT IS NULL OR h.feature_status = $status)
  )
  GROUP BY id
)
SELECT v.text AS value, g.runs
FROM grouped g
LEFT JOIN vocabulary v ON v.id = g.id
ORDER BY g.runs DESC, v.text
LIMIT 20
