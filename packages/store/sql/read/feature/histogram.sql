-- How durations are spread: runs below each bound and not below the one before. The aggregate's bounds are inclusive,
-- ours are not, so the caller gives the last nanosecond of each bin; bins without runs are left out.
WITH binned AS (
  SELECT unnest(map_entries(histogram(s.duration_ns, $lastNs::BIGINT[]))) AS bin
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND ($feature::VARCHAR IS NULL OR s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($category::VARCHAR IS NULL OR s.category_id IN (SELECT id FROM vocabulary WHERE text = $category))
    AND ($component::VARCHAR IS NULL OR s.component_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($service::VARCHAR IS NULL OR s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    AND NOT fa_marked(s.marks, 0)
)
SELECT bin.key AS "lastNs", bin.value AS runs
FROM binned
WHERE bin.value > 0
ORDER BY bin.key
