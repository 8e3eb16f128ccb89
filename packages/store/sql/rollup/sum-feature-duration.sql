-- The durations of the timed runs of spans by feature and hour, for the hours from $from_hour until before $to_hour.
INSERT INTO feature_duration
SELECT
  feature_id, category_id, component_id, fa_hour(start_time) AS hour, feature_status,
  fa_duration_bucket(duration_ns) AS bucket,
  count(*),
  true
FROM spans
WHERE feature_id <> 0 AND NOT fa_marked(marks, 0)
  AND start_time >= fa_hour_start($from_hour) AND start_time < fa_hour_start($to_hour)
GROUP BY ALL
ORDER BY hour, feature_id, component_id, feature_status, bucket
