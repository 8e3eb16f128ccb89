-- Records that tell of one operation, oldest first. An id of more than 256 letters is known by its beginning and a hash, see
-- semconv; what is plain in an id stands in the JSON as it is, and spares looking for the id in most of the rows.
WITH names AS (
  SELECT id, text FROM vocabulary
  WHERE text IN (
    'feature.operation.start', 'feature.operation.progress', 'feature.operation.heartbeat', 'feature.operation.end',
    'feature.paused', 'feature.resumed'
  )
),
processes AS (
  SELECT
    r.id,
    v.text AS service,
    r.content ->> '$.attributes."service.instance.id"' AS instance,
    r.content ->> '$.attributes."host.name"' AS host,
    TRY_CAST(r.content ->> '$.attributes."process.pid"' AS UINTEGER) AS pid
  FROM resources r
  LEFT JOIN vocabulary v ON v.id = r.service_id
),
page AS (
  SELECT l.*
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND ($after::BIGINT IS NULL OR l.time > fa_time($from) OR l.seq > $after)
    AND l.event_name_id IN (SELECT id FROM names)
    AND contains(l.attributes, regexp_extract($id::VARCHAR, '^[A-Za-z0-9_.:-]*'))
    AND CASE
      WHEN length($id::VARCHAR) >= 255 AND length(l.attributes ->> '$."feature.operation.id"') > 256
      THEN starts_with(l.attributes ->> '$."feature.operation.id"', regexp_replace($id::VARCHAR, '~[0-9a-z]+~[0-9a-f]{16}$', ''))
      ELSE l.attributes ->> '$."feature.operation.id"' = $id
    END
  ORDER BY l.time, l.seq
  LIMIT $limit
)
SELECT
  l.seq,
  l.time,
  l.received_time AS "receivedTime",
  name.text AS event,
  feature.text AS feature,
  process.service,
  process.instance,
  process.host,
  process.pid,
  component.text AS component,
  session.text AS session,
  usr.text AS "user",
  CASE WHEN l.trace_id <> '00000000-0000-0000-0000-000000000000' THEN fa_trace_id(l.trace_id) END AS "traceId",
  error_type.text AS "errorType",
  CASE WHEN l.attributes = '' THEN '{}' ELSE l.attributes END AS attributes
FROM page l
JOIN names name ON name.id = l.event_name_id
LEFT JOIN processes process ON process.id = l.resource_id
LEFT JOIN vocabulary feature ON feature.id = l.feature_id
LEFT JOIN vocabulary component ON component.id = l.component_id
LEFT JOIN vocabulary error_type ON error_type.id = l.error_type_id
LEFT JOIN identities session ON session.id = l.session_id
LEFT JOIN identities usr ON usr.id = l.user_id
ORDER BY l.time, l.seq
