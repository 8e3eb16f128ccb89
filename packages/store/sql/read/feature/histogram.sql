-- How durations are spread: runs below each bound and not below the one before. The aggregate's bounds are inclusive,
-- ours are not, so the caller gives the last nanosecond of each bin; bins without runs are left out.
WITH binned AS (
  SELECT unnest(map_entries(histogram(s.duration_ns, $lastNs::BIGINT[]))) AS bin
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    AND NOT fa_marked(s.marks, 0)
)
SELECT bin.key AS "lastNs", bin.value AS runs
FROM binned
WHERE bin.value > 0
ORDER BY bin.key
