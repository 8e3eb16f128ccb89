-- Single runs in the order of their arrival, newest first, below a cursor. Ids are filtered and cut to the page before
-- any text is joined.
WITH page AS (
  SELECT
    s.seq, s.trace_id, s.span_id, s.start_time, s.duration_ns, s.marks, s.feature_status, s.tier, s.efficiency,
    s.iterations, s.input_size, s.output_size, s.attributes, s.resource_id, s.feature_id, s.category_id,
    s.component_id, s.version_id, s.error_type_id, s.user_id, s.session_id
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    AND ($user::VARCHAR IS NULL OR s.user_id IN (SELECT id FROM identities WHERE text = $user))
    AND ($session::VARCHAR IS NULL OR s.session_id IN (SELECT id FROM identities WHERE text = $session))
    AND fa_wanted(s.error_type_id, $errorType)
    AND ($minDurationNs::BIGINT IS NULL OR (s.duration_ns >= $minDurationNs AND NOT fa_marked(s.marks, 0)))
    AND ($before::BIGINT IS NULL OR s.seq < $before)
  ORDER BY s.seq DESC
  LIMIT $limit
)
SELECT
  p.seq,
  fa_trace_id(p.trace_id) AS "traceId",
  fa_span_id(p.span_id) AS "spanId",
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  version.text AS version,
  service.text AS service,
  p.feature_status AS status,
  p.tier,
  p.start_time AS "startTime",
  p.duration_ns AS "durationNs",
  fa_marked(p.marks, 0) AS untimed,
  fa_marked(p.marks, 5) AS mapped,
  p.input_size AS "inputSize",
  p.output_size AS "outputSize",
  p.iterations,
  fa_finite(p.efficiency) AS efficiency,
  usr.text AS "user",
  session.text AS session,
  error_type.text AS "errorType",
  nullif(extra.status_message, '') AS "errorMessage",
  p.attributes
FROM page p
LEFT JOIN span_extras extra ON extra.seq = p.seq
LEFT JOIN resources resource ON resource.id = p.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary feature ON feature.id = p.feature_id
LEFT JOIN vocabulary category ON category.id = p.category_id
LEFT JOIN vocabulary component ON component.id = p.component_id
LEFT JOIN vocabulary version ON version.id = p.version_id
LEFT JOIN vocabulary error_type ON error_type.id = p.error_type_id
LEFT JOIN identities usr ON usr.id = p.user_id
LEFT JOIN identities session ON session.id = p.session_id
ORDER BY p.seq DESC
