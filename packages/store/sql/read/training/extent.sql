-- How many runs a range has, the number of the last to arrive of those that count in any way, and the longest of the
-- durations that 99 of 100 runs of each feature do not exceed.
WITH picked AS (
  SELECT s.feature_id, s.duration_ns
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted_service(s.resource_id, $service)
),
usual AS (
  SELECT quantile_disc(duration_ns, 0.99) AS longest_ns FROM picked GROUP BY feature_id
)
SELECT
  (SELECT count(*) FROM picked) AS runs,
  (
    SELECT coalesce(max(s.seq), 0) FROM spans s
    WHERE s.start_time >= fa_time($historyFrom) AND s.start_time < fa_time($to)
  )::BIGINT AS through,
  (SELECT coalesce(max(longest_ns), 0) FROM usual)::BIGINT AS "longestNs"
