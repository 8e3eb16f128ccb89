-- What is stored, in numbers that cost one pass over narrow columns; distinct users would cost ten times as much.
SELECT
  count(*) AS spans,
  count(*) FILTER (WHERE feature_id <> 0) AS runs,
  count(DISTINCT nullif(feature_id, 0)) AS features,
  (SELECT count(DISTINCT nullif(service_id, 0)) FROM resources) AS services,
  (SELECT count(*) FROM logs) AS logs,
  min(start_time) AS "firstSeen",
  max(start_time) AS "lastSeen"
FROM spans
