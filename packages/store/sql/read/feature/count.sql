-- How many features have runs in a range: whole hours by the roll-up, edges by the spans.
WITH edge AS (
  SELECT s.feature_id
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
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
    AND fa_wanted(h.feature_id, $feature)
    AND fa_wanted(h.category_id, $category)
    AND fa_wanted(h.component_id, $component)
    AND ($status::BIGINT IS NULL OR h.feature_status = $status)
)
