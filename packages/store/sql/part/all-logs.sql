SELECT
  l.seq,
  -- Both times stand for one that was missing or absurd too: bits 19, 20 and 1 of marks tell, original says what was sent.
  l.time,
  l.observed_time,
  l.received_time,
  CASE WHEN l.trace_id <> '00000000-0000-0000-0000-000000000000' THEN fa_trace_id(l.trace_id) END AS trace_id,
  fa_span_id(l.span_id) AS span_id,
  service.text AS service,
  l.severity_number,
  fa_severity_name(l.severity_number) AS severity,
  severity_text.text AS severity_text,
  event_name.text AS event_name,
  -- A text as it was sent, anything else as JSON; NULL where there was no body.
  CASE WHEN NOT fa_marked(l.marks, 18) OR l.body <> '' THEN l.body END AS body,
  fa_marked(l.marks, 18) AND l.body <> '' AS is_json_body,
  feature.text AS feature,
  coalesce(component.text, service.text) AS component,
  error_type.text AS error_type,
  session.text AS session_id,
  usr.text AS user_id,
  -- What the receiver lifted into columns, then the rest.
  fa_merge([
    CASE WHEN l.feature_id <> 0 THEN '"feature.name":' || to_json(feature.text) END,
    CASE WHEN l.component_id <> 0 THEN '"feature.component":' || to_json(component.text) END,
    CASE WHEN l.error_type_id <> 0 THEN '"error.type":' || to_json(error_type.text) END,
    CASE WHEN l.session_id <> 0 THEN '"session.id":' || to_json(session.text) END,
    CASE WHEN l.user_id <> 0 THEN
      CASE WHEN fa_marked(l.marks, 7) THEN '"user.id":' ELSE '"user.hash":' END || to_json(usr.text)
    END
  ], l.attributes)::JSON AS attributes_full,
  l.dropped_attributes,
  l.flags,
  l.marks,
  replaced.original::JSON AS original,
  resource.content::JSON AS resource,
  scope.content::JSON AS scope
FROM logs l
LEFT JOIN replaced_times replaced ON replaced.seq = l.seq
LEFT JOIN resources resource ON resource.id = l.resource_id
LEFT JOIN scopes scope ON scope.id = l.scope_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary severity_text ON severity_text.id = l.severity_text_id
LEFT JOIN vocabulary event_name ON event_name.id = l.event_name_id
LEFT JOIN vocabulary feature ON feature.id = l.feature_id
LEFT JOIN vocabulary component ON component.id = l.component_id
LEFT JOIN vocabulary error_type ON error_type.id = l.error_type_id
LEFT JOIN identities session ON session.id = l.session_id
LEFT JOIN identities usr ON usr.id = l.user_id
