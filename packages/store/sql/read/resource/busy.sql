-- The minutes of processes in which a feature ran, with how many runs touched each.
WITH
-- include part/processes.sql
runs AS (
  SELECT
    p.process,
    greatest(epoch_ns(s.start_time), $from) // 60000000000 AS first_minute,
    least(epoch_ns(fa_end(s.start_time, s.duration_ns)), $to - 1) // 60000000000 AS last_minute
  FROM spans s
  JOIN processes p ON p.resource_id = s.resource_id
  WHERE s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
    AND ($service::VARCHAR IS NULL OR p.service = $service)
    AND s.start_time >= fa_time($runsFrom) AND s.start_time < fa_time($to)
    AND fa_end(s.start_time, s.duration_ns) >= fa_time($from)
),
touched AS (
  SELECT process, unnest(generate_series(first_minute, last_minute)) AS minute FROM runs
)
SELECT process, minute, count(*) AS runs
FROM touched
GROUP BY ALL
ORDER BY process, minute
LIMIT $limit
