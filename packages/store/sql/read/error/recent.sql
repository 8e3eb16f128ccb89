-- The records of a range that told of a kind of error last.
WITH page AS (
  SELECT *
  FROM error_occurrences
  WHERE time >= fa_time($from) AND time < fa_time($to) AND fingerprint = $fingerprint::UBIGINT
  ORDER BY time DESC, seq DESC
  LIMIT $limit
)
SELECT
  p.time,
  p.source,
  p.seq,
  CASE WHEN p.trace_id <> '00000000-0000-0000-0000-000000000000' THEN fa_trace_id(p.trace_id) END AS "traceId",
  fa_span_id(p.span_id) AS "spanId",
  service.text AS service,
  coalesce(component.text, service.text) AS component,
  feature.text AS feature,
  session.text AS session,
  usr.text AS "user"
FROM page p
LEFT JOIN resources resource ON resource.id = p.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary component ON component.id = p.component_id
LEFT JOIN vocabulary feature ON feature.id = p.feature_id
LEFT JOIN identities session ON session.id = p.session_id
LEFT JOIN identities usr ON usr.id = p.user_id
ORDER BY p.time DESC, p.seq DESC
