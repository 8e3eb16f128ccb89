-- Which of these names nothing stored carries: none of the runs is of the feature, none of the log records and of the span
-- events of the event. A text that no id stands for is told without a look at the log records. Where a day has more names of
-- span events than are kept, each name may be one of them.
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
  UNION ALL
  SELECT 'event', asked.name FROM asked
  WHERE kind = 'event' AND EXISTS (
    FROM span_event_day known
    WHERE known.name IS NULL OR (known.name = asked.name AND (known.name <> '' OR known.day > 0))
  )
)
SELECT DISTINCT kind, name FROM asked ANTI JOIN known USING (kind, name) ORDER BY kind DESC, name
