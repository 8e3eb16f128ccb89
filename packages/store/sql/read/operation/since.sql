-- Records that tell of operations, behind a number, in its order. The six names are those of OPERATION_EVENTS in semconv.
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
last AS (
  -- The number alone first: to sort whole rows takes three times as long.
  SELECT max(seq) AS seq
  FROM (
    SELECT l.seq
    FROM logs l
    WHERE l.seq > $seq AND l.event_name_id IN (SELECT id FROM names)
    ORDER BY l.seq
    LIMIT $limit
  )
),
page AS (
  SELECT l.*
  FROM logs l
  WHERE l.seq > $seq AND l.seq <= (SELECT seq FROM last) AND l.event_name_id IN (SELECT id FROM names)
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
ORDER BY l.seq
