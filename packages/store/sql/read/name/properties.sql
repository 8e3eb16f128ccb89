-- Keys of the attributes that the newest runs of these features carry, or the newest log records of these events; of any where
-- no name is given; at most $most of them. Nothing where one of the names is that of span events: these are not looked into.
-- Numbers first, because attributes are long and most rows are none of these. What is not archived is looked at alone before
-- that: where it holds enough, none of the archive can be newer than the first of them. Which of both a view reads first is
-- left to chance, and to begin with the archive took ten times as long.
WITH ids AS (SELECT id FROM vocabulary WHERE text IN (SELECT unnest(($names)::VARCHAR[]))),
hot_runs AS MATERIALIZED (
  SELECT seq FROM hot_spans
  WHERE $kind = 'run' AND feature_id <> 0 AND (len($names) = 0 OR feature_id IN (SELECT id FROM ids))
  ORDER BY seq DESC LIMIT $limit
),
runs AS (
  SELECT seq FROM spans
  WHERE $kind = 'run' AND feature_id <> 0 AND (len($names) = 0 OR feature_id IN (SELECT id FROM ids))
    AND seq >= coalesce((SELECT min(seq) FROM hot_runs HAVING count(*) = $limit), 0)
  ORDER BY seq DESC LIMIT $limit
),
hot_events AS MATERIALIZED (
  SELECT seq FROM hot_logs
  WHERE $kind = 'event' AND event_name_id <> 0 AND (len($names) = 0 OR event_name_id IN (SELECT id FROM ids))
  ORDER BY seq DESC LIMIT $limit
),
events AS (
  SELECT seq FROM logs
  WHERE $kind = 'event' AND event_name_id <> 0 AND (len($names) = 0 OR event_name_id IN (SELECT id FROM ids))
    AND seq >= coalesce((SELECT min(seq) FROM hot_events HAVING count(*) = $limit), 0)
    AND NOT EXISTS (
      FROM span_event_day d WHERE d.name IS NULL OR d.name IN (SELECT unnest(($names)::VARCHAR[]))
    )
  ORDER BY seq DESC LIMIT $limit
),
found AS (
  SELECT s.attributes FROM runs JOIN spans s USING (seq)
  UNION ALL
  SELECT l.attributes FROM events JOIN logs l USING (seq)
  UNION ALL
  SELECT json_extract(content, '/attributes')::VARCHAR FROM resources WHERE $kind = 'resource'
)
SELECT DISTINCT unnest(json_keys(attributes)) AS name FROM found WHERE attributes NOT IN ('', '{}') LIMIT $most
