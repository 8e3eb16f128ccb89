-- The actors of spans by feature and hour, for the hours from $from_hour until before $to_hour.
INSERT INTO actor_hour
SELECT
  feature_id, user_id, session_id, fa_hour(start_time) AS hour,
  count(*), count(*) FILTER (WHERE feature_status = 1),
  true
FROM spans
WHERE feature_id <> 0 AND (user_id <> 0 OR session_id <> 0)
  AND start_time >= fa_hour_start($from_hour) AND start_time < fa_hour_start($to_hour)
GROUP BY ALL
ORDER BY hour, feature_id, user_id, session_id
