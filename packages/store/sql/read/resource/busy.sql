-- The minutes of processes in which a feature ran, with how many runs touched each. Processes as in minutes.sql.
WITH processes AS (
  SELECT
    r.id AS resource_id,
    coalesce(service.text, '') || CASE
      WHEN fa_attr_text(r.content::JSON -> 'attributes', $instanceKey) IS NOT NULL
      THEN ' i ' || fa_attr_text(r.content::JSON -> 'attributes', $instanceKey)
      WHEN fa_attr_text(r.content::JSON -> 'attributes', $pidKey) IS NOT NULL
      THEN ' p ' || fa_attr_text(r.content::JSON -> 'attributes', $pidKey) || ' '
        || coalesce(fa_attr_text(r.content::JSON -> 'attributes', $hostKey), '')
      ELSE ' r ' || r.id
    END AS process
  FROM resources r
  LEFT JOIN vocabulary service ON service.id = r.service_id
  WHERE $service::VARCHAR IS NULL OR service.text = $service
),
runs AS (
  SELECT
    p.process,
    greatest(epoch_ns(s.start_time), $from) // 60000000000 AS first_minute,
    least(epoch_ns(fa_end(s.start_time, s.duration_ns)), $to - 1) // 60000000000 AS last_minute
  FROM spans s
  JOIN processes p ON p.resource_id = s.resource_id
  WHERE s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
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
