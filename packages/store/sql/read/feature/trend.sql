-- Runs of every feature per bucket. Buckets are slots of equal width from origin on, several slots a bucket where days
-- are not equally long: $buckets holds the bucket of each slot. Where slots are whole hours, whole hours are counted by
-- the roll-up.
WITH edge AS (
  SELECT s.feature_id, epoch_ns(s.start_time) AS moment, 1 AS runs
  FROM spans s
  WHERE s.start_time >= fa_time($from)
    AND s.start_time < fa_first_edge_end($from, $to, $service::VARCHAR IS NULL AND $origin % 3600000000000 = 0 AND $width % 3600000000000 = 0)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  UNION ALL
  SELECT s.feature_id, epoch_ns(s.start_time) AS moment, 1 AS runs
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, $service::VARCHAR IS NULL AND $origin % 3600000000000 = 0 AND $width % 3600000000000 = 0)
    AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
),
counted AS (
  SELECT feature_id, list_extract($buckets::INTEGER[], 1 + (moment - $origin) // $width) AS bucket, sum(runs) AS runs
  FROM (
    FROM edge
    UNION ALL
    SELECT h.feature_id, h.hour::BIGINT * 3600000000000 AS moment, h.runs
    FROM feature_hour h
    WHERE h.hour >= fa_whole_from($from, $to, $service::VARCHAR IS NULL AND $origin % 3600000000000 = 0 AND $width % 3600000000000 = 0)
      AND h.hour < fa_whole_to($from, $to, $service::VARCHAR IS NULL AND $origin % 3600000000000 = 0 AND $width % 3600000000000 = 0)
      AND fa_wanted(h.feature_id, $feature)
      AND fa_wanted(h.category_id, $category)
      AND fa_wanted(h.component_id, $component)
      AND ($status::BIGINT IS NULL OR h.feature_status = $status)
  )
  GROUP BY feature_id, bucket
)
SELECT feature.text AS feature, c.bucket, c.runs
FROM counted c
LEFT JOIN vocabulary feature ON feature.id = c.feature_id
