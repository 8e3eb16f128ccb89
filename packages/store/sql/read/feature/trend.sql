-- Runs of every feature per bucket. Buckets are slots of equal width from origin on, several slots a bucket where days
-- are not equally long: $buckets holds the bucket of each slot.
WITH counted AS (
  SELECT
    s.feature_id,
    list_extract($buckets::INTEGER[], 1 + (epoch_ns(s.start_time) - $origin) // $width) AS bucket,
    count(*) AS runs
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($service::VARCHAR IS NULL OR s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
  GROUP BY s.feature_id, bucket
)
SELECT feature.text AS feature, c.bucket, c.runs
FROM counted c
LEFT JOIN vocabulary feature ON feature.id = c.feature_id
