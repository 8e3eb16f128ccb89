-- When the run began before which so many began.
SELECT s.start_time AS start
FROM spans s
WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
  AND s.feature_id <> 0
  AND s.seq <= $through
  AND fa_wanted(s.feature_id, $feature)
  AND fa_wanted_service(s.resource_id, $service)
ORDER BY s.start_time
LIMIT 1 OFFSET $offset
