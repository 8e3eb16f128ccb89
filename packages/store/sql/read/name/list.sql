-- All names of a kind that occur, to find those close to a wrong one. Names of persons and sessions are never listed.
SELECT v.text AS name
FROM (
  SELECT DISTINCT feature_id AS id FROM feature_hour WHERE $kind = 'feature'
  UNION ALL
  SELECT DISTINCT category_id FROM feature_hour WHERE $kind = 'category'
  UNION ALL
  SELECT DISTINCT component_id FROM feature_hour WHERE $kind = 'component'
  UNION ALL
  SELECT DISTINCT error_type_id FROM spans WHERE $kind = 'errorType'
  UNION ALL
  SELECT DISTINCT service_id FROM resources WHERE $kind = 'service'
  UNION ALL
  SELECT DISTINCT name_id FROM metrics WHERE $kind = 'metric'
  UNION ALL
  SELECT DISTINCT event_name_id FROM logs WHERE $kind = 'event'
) ids
JOIN vocabulary v ON v.id = ids.id
UNION
SELECT name FROM span_event_day WHERE $kind = 'event' AND name <> ''
ORDER BY name
LIMIT 20000
