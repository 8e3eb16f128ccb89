-- How many features have runs in a range.
SELECT count(DISTINCT s.feature_id) AS features
FROM spans s
WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
  AND s.feature_id <> 0
  AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
  AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
  AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
  AND ($service::VARCHAR IS NULL OR s.resource_id IN (
    SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
  AND ($status::BIGINT IS NULL OR s.feature_status = $status)
