-- First hours of the days (UTC) that have spans, from an hour on.
SELECT DISTINCT fa_hour(start_time)::BIGINT // 24 * 24 AS hour
FROM spans
WHERE start_time >= fa_hour_start($from_hour) AND feature_id <> 0
ORDER BY hour
