-- Every span as its sender gave it: texts for ids, NULL for none, and all attributes together again.
CREATE OR REPLACE VIEW all_spans AS
SELECT
  s.seq,
  fa_trace_id(s.trace_id) AS trace_id,
  fa_span_id(s.span_id) AS span_id,
  fa_span_id(s.parent_span_id) AS parent_span_id,
  nullif(x.trace_state, '') AS trace_state,
  s.flags,
  name.text AS name,
  fa_kind_name(s.kind) AS kind,
  service.text AS service,
  s.start_time,
  fa_end(s.start_time, s.duration_ns) AS end_time,
  s.duration_ns,
  s.received_time,
  fa_span_status_name(s.status_code) AS status,
  nullif(x.status_message, '') AS status_message,
  feature.text AS feature,
  session.text AS session_id,
  usr.text AS user_id,
  fa_span_attributes(
    s.marks, feature.text, category.text, component.text, s.feature_status, s.tier, version.text, s.efficiency,
    s.iterations, s.input_size, s.output_size, error_type.text, session.text, usr.text, s.attributes
  )::JSON AS attributes_full,
  coalesce(nullif(x.events, ''), '[]')::JSON AS events,
  coalesce(nullif(x.links, ''), '[]')::JSON AS links,
  nullif(x.original, '')::JSON AS original,
  coalesce(x.dropped_attributes, 0) AS dropped_attributes,
  coalesce(x.dropped_events, 0) AS dropped_events,
  coalesce(x.dropped_links, 0) AS dropped_links,
  s.marks,
  resource.content::JSON AS resource,
  scope.content::JSON AS scope
FROM spans s
LEFT JOIN span_extras x ON x.seq = s.seq
LEFT JOIN resources resource ON resource.id = s.resource_id
LEFT JOIN scopes scope ON scope.id = s.scope_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary name ON name.id = s.name_id
LEFT JOIN vocabulary feature ON feature.id = s.feature_id
LEFT JOIN vocabulary category ON category.id = s.category_id
LEFT JOIN vocabulary component ON component.id = s.component_id
LEFT JOIN vocabulary version ON version.id = s.version_id
LEFT JOIN vocabulary error_type ON error_type.id = s.error_type_id
LEFT JOIN identities session ON session.id = s.session_id
LEFT JOIN identities usr ON usr.id = s.user_id;
