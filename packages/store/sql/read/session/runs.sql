-- Runs of some sessions in the order of their start.
WITH page AS (
  SELECT s.*
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to) AND s.feature_id <> 0
    AND s.session_id IN (SELECT id FROM identities WHERE list_contains($sessions, text))
  ORDER BY s.start_time, s.seq
  LIMIT $limit
)
SELECT
  i.text AS session,
  feature.text AS feature,
  nullif(component.text, '') AS component,
  p.feature_status AS status,
  fa_ms(CASE WHEN NOT fa_marked(p.marks, 0) THEN p.duration_ns ELSE 0 END) AS "durationMs",
  nullif(error_type.text, '') AS "errorType",
  nullif(extra.status_message, '') AS message,
  fa_trace_id(p.trace_id) AS "traceId"
FROM page p
LEFT JOIN span_extras extra ON extra.seq = p.seq
LEFT JOIN vocabulary feature ON feature.id = p.feature_id
LEFT JOIN vocabulary component ON component.id = p.component_id
LEFT JOIN vocabulary error_type ON error_type.id = p.error_type_id
LEFT JOIN identities i ON i.id = p.session_id
ORDER BY p.start_time, p.seq
