-- The runs of spans by feature and hour, for the hours from $from_hour until before $to_hour.
INSERT INTO feature_hour
SELECT
  feature_id, category_id, component_id, fa_hour(start_time) AS hour, feature_status,
  count(*),
  count(*) FILTER (WHERE fa_marked(marks, 0)),
  count(*) FILTER (WHERE fa_marked(marks, 17)),
  count(*) FILTER (WHERE user_id = 0 AND session_id = 0),
  count(*) FILTER (WHERE tier = 1 AND NOT fa_marked(marks, 0)),
  count(*) FILTER (WHERE tier = 2 AND NOT fa_marked(marks, 0)),
  count(*) FILTER (WHERE tier = 3 AND NOT fa_marked(marks, 0)),
  count(*) FILTER (WHERE tier = 4 AND NOT fa_marked(marks, 0)),
  count(*) FILTER (WHERE tier = 5 AND NOT fa_marked(marks, 0)),
  count(*) FILTER (WHERE isfinite(efficiency)),
  coalesce(fsum(efficiency) FILTER (WHERE isfinite(efficiency)), 0),
  coalesce(sum(duration_ns) FILTER (WHERE NOT fa_marked(marks, 0)), 0),
  sum(input_size),
  sum(output_size),
  min(start_time),
  max(start_time),
  max(seq),
  true
FROM spans
WHERE feature_id <> 0 AND start_time >= fa_hour_start($from_hour) AND start_time < fa_hour_start($to_hour)
GROUP BY ALL
ORDER BY hour, feature_id, component_id, feature_status
