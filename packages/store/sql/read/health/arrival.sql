-- When the last record came that is none of the server's own. Of archived records their own time is known, which is near.
SELECT max(received) AS received
FROM (
  SELECT max(received_time) AS received FROM hot_spans
  UNION ALL
  SELECT max(received_time) FROM hot_logs
  UNION ALL
  SELECT max(received_time) FROM hot_metric_points
  WHERE resource_id NOT IN (
    SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $ownService)
  UNION ALL
  SELECT max(last_time) FROM archive_files WHERE table_name <> 'metric_points'
)
