-- One row a run of a feature, in words. Each joined text costs about 20 ms a million runs: questions asked on every page
-- group on the ids in spans and join the texts of the few groups.
CREATE OR REPLACE VIEW feature_runs AS
SELECT
  s.seq,
  fa_trace_id(s.trace_id) AS trace_id,
  fa_span_id(s.span_id) AS span_id,
  fa_span_id(s.parent_span_id) AS parent_span_id,
  s.start_time,
  fa_end(s.start_time, s.duration_ns) AS end_time,
  s.duration_ns,
  fa_ms(s.duration_ns) AS duration_ms,
  s.received_time,
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  version.text AS version,
  service.text AS service,
  name.text AS name,
  fa_status_name(s.feature_status) AS status,
  fa_tier_name(s.tier) AS tier,
  fa_finite(s.efficiency) AS efficiency,
  s.iterations,
  s.input_size,
  s.output_size,
  session.text AS session_id,
  usr.text AS user_id,
  coalesce(usr.text, session.text) AS actor,
  error_type.text AS error_type,
  nullif(x.status_message, '') AS error,
  s.attributes,
  s.marks
FROM spans s
LEFT JOIN span_extras x ON x.seq = s.seq
LEFT JOIN resources resource ON resource.id = s.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary name ON name.id = s.name_id
LEFT JOIN vocabulary feature ON feature.id = s.feature_id
LEFT JOIN vocabulary category ON category.id = s.category_id
LEFT JOIN vocabulary component ON component.id = s.component_id
LEFT JOIN vocabulary version ON version.id = s.version_id
LEFT JOIN vocabulary error_type ON error_type.id = s.error_type_id
LEFT JOIN identities session ON session.id = s.session_id
LEFT JOIN identities usr ON usr.id = s.user_id
WHERE s.feature_id <> 0;
