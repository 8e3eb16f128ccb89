-- Records of the page with what they and their processes say, their ids as texts.
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
