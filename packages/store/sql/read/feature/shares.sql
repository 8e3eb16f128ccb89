-- Runs split by component or by version, the most frequent first. Whole hours by the roll-up, which knows no version.
WITH grouped AS (
  SELECT id, sum(runs) AS runs
  FROM (
    SELECT CASE $by WHEN 'component' THEN s.component_id WHEN 'version' THEN s.version_id END AS id, 1 AS runs
    FROM spans s
    WHERE s.start_time >= fa_time($from)
      AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND s.feature_id <> 0
      AND fa_wanted(s.feature_id, $feature)
      AND fa_wanted(s.category_id, $category)
      AND fa_wanted(s.component_id, $component)
      AND fa_wanted_service(s.resource_id, $service)
      AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    UNION ALL
    SELECT CASE $by WHEN 'component' THEN s.component_id WHEN 'version' THEN s.version_id END AS id, 1 AS runs
    FROM spans s
    WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND s.start_time < fa_time($to)
      AND s.feature_id <> 0
      AND fa_wanted(s.feature_id, $feature)
      AND fa_wanted(s.category_id, $category)
      AND fa_wanted(s.component_id, $component)
      AND fa_wanted_service(s.resource_id, $service)
      AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    UNION ALL
    SELECT h.component_id, h.runs
    FROM feature_hour h
    WHERE h.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND h.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL AND $by = 'component')
      AND fa_wanted(h.feature_id, $feature)
      AND fa_wanted(h.category_id, $category)
      AND fa_wanted(h.component_id, $component)
      AND ($status::BIGINT IS NULL OR h.feature_status = $status)
  )
  GROUP BY id
)
SELECT v.text AS value, g.runs
FROM grouped g
LEFT JOIN vocabulary v ON v.id = g.id
ORDER BY g.runs DESC, v.text
LIMIT 20
