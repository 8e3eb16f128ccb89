-- How many features have runs in a range: whole hours by the roll-up, edges by the spans.
WITH edge AS (
  SELECT s.feature_id
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL)
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($service::VARCHAR IS NULL OR s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($service::VARCHAR IS NULL OR s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
)
SELECT count(DISTINCT feature_id) AS features
FROM (
  FROM edge
  UNION ALL
  SELECT h.feature_id
  FROM feature_hour h
  WHERE h.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL)
    AND h.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL)
    AND ($feature::VARCHAR IS NULL OR h.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR h.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR h.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($status::BIGINT IS NULL OR h.feature_status = $status)
)
