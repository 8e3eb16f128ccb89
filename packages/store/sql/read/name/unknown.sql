-- Which of these names nothing stored carries: none of the runs is of the feature, none of the log records of the event.
-- A text that no id stands for is told without a look at the records.
WITH asked AS (
  SELECT 'feature' AS kind, unnest(($features)::VARCHAR[]) AS name
  UNION ALL
  SELECT 'event', unnest(($events)::VARCHAR[])
),
ids AS (SELECT asked.kind, v.id, v.text AS name FROM asked JOIN vocabulary v ON v.text = asked.name),
known AS (
  SELECT kind, name FROM ids WHERE kind = 'feature' AND id IN (SELECT feature_id FROM feature_hour)
  UNION ALL
  SELECT 'event', ids.name FROM ids
  JOIN (SELECT DISTINCT event_name_id AS id FROM logs WHERE event_name_id IN (SELECT id FROM ids WHERE kind = 'event')) USING (id)
  WHERE kind = 'event'
)
SELECT DISTINCT kind, name FROM asked ANTI JOIN known USING (kind, name) ORDER BY kind DESC, name
