-- What events did that the plan does not say, the most frequent first; hours of receipt that the range touches.
SELECT
  event.text AS event,
  type,
  path,
  nullif(schema_version, '') AS "schemaVersion",
  sum(v.records) AS records,
  sum(v.blocked) AS blocked,
  min(v.first_time) AS "firstSeen",
  max(v.last_time) AS "lastSeen",
  nullif(max(v.sample_seq), 0) AS "sampleSeq"
FROM plan_violation_hour v
JOIN vocabulary event ON event.id = v.event_name_id
WHERE v.hour >= $from // 3600000000000
  AND v.hour * 3600000000000 < $to
  AND coalesce(event.text = $event, true)
  AND coalesce(v.type = $type, true)
GROUP BY ALL
ORDER BY records DESC, event, type, path, "schemaVersion"
LIMIT $limit
