-- Log records in the order of their arrival, newest first, below a cursor. Ids are filtered and cut to the page before any
-- text is joined.
WITH page AS (
  SELECT l.seq
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND ($service::VARCHAR IS NULL OR l.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service))
    AND ($minSeverity::BIGINT IS NULL OR l.severity_number >= $minSeverity)
    AND ($traceId::VARCHAR IS NULL OR l.trace_id = $traceId::UUID)
    AND ($text::VARCHAR IS NULL OR contains(lower(l.body), lower($text)))
    AND ($before::BIGINT IS NULL OR l.seq < $before)
  ORDER BY l.seq DESC
  LIMIT $limit
)
SELECT
  a.seq,
  a.time,
  a.observed_time AS "observedTime",
  a.trace_id AS "traceId",
  a.span_id AS "spanId",
  a.service,
  a.severity_number AS "severityNumber",
  a.severity,
  a.severity_text AS "severityText",
  a.event_name AS event,
  a.body,
  a.is_json_body AS "isJsonBody",
  a.feature,
  a.component,
  a.error_type AS "errorType",
  a.session_id AS session,
  a.user_id AS "user",
  a.attributes_full::VARCHAR AS attributes,
  a.dropped_attributes AS "droppedAttributes",
  a.flags,
  a.original::VARCHAR AS original,
  a.resource::VARCHAR AS resource,
  a.scope::VARCHAR AS scope,
  to_json(list_filter([
    CASE WHEN fa_marked(a.marks, 1) THEN 'time_clamped' END,
    CASE WHEN fa_marked(a.marks, 2) THEN 'truncated' END,
    CASE WHEN fa_marked(a.marks, 3) THEN 'sanitized' END,
    CASE WHEN fa_marked(a.marks, 6) THEN 'duplicate_keys' END,
    CASE WHEN fa_marked(a.marks, 19) THEN 'no_time' END,
    CASE WHEN fa_marked(a.marks, 20) THEN 'no_observed_time' END,
    CASE WHEN fa_marked(a.marks, 24) THEN 'plan_invalid' END
  ], lambda mark: mark IS NOT NULL)) AS marks
FROM page p
JOIN all_logs a ON a.seq = p.seq
ORDER BY a.seq DESC
