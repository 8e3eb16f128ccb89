-- Whether anything stored carries this name. A filter on $kind is folded before the scan, so one branch runs; it ends at the first hit.
SELECT count(*) > 0 AS known
FROM (
  SELECT 1 FROM (
    SELECT 1 FROM feature_hour WHERE $kind = 'feature' AND feature_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    SELECT 1 FROM feature_hour WHERE $kind = 'category' AND category_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    SELECT 1 FROM feature_hour WHERE $kind = 'component' AND component_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    SELECT 1 FROM spans WHERE $kind = 'errorType' AND error_type_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    SELECT 1 FROM resources WHERE $kind = 'service' AND service_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    SELECT 1 FROM metrics WHERE $kind = 'metric' AND name_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    SELECT 1 FROM logs WHERE $kind = 'event' AND event_name_id IN (SELECT id FROM vocabulary WHERE text = $name)
    UNION ALL
    -- NULL: a day has more names than are kept, this may be one of them. The empty name of day 0 is no event's.
    SELECT 1 FROM span_event_day WHERE $kind = 'event' AND (name IS NULL OR (name = $name AND (name <> '' OR day > 0)))
    UNION ALL
    SELECT 1 FROM spans WHERE $kind = 'user' AND user_id IN (SELECT id FROM identities WHERE text = $name)
    UNION ALL
    SELECT 1 FROM spans WHERE $kind = 'session' AND session_id IN (SELECT id FROM identities WHERE text = $name)
  )
  LIMIT 1
)
