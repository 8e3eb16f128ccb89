-- What goes wrong: runs that failed, ran out of time or carry an error type, by error type, with the run that landed last.
WITH grouped AS (
  SELECT s.error_type_id, count(*) AS runs, max(s.start_time) AS last_seen, max(s.seq) AS last_seq
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted(s.category_id, $category)
    AND fa_wanted(s.component_id, $component)
    AND fa_wanted_service(s.resource_id, $service)
    AND ($status::BIGINT IS NULL OR s.feature_status = $status)
    AND (s.feature_status IN (2, 4) OR s.error_type_id <> 0)
  GROUP BY s.error_type_id
)
SELECT
  error_type.text AS "errorType",
  g.runs,
  g.last_seen AS "lastSeen",
  nullif(extra.status_message, '') AS message,
  fa_trace_id(latest.trace_id) AS "traceId"
FROM grouped g
JOIN spans latest ON latest.seq = g.last_seq
LEFT JOIN span_extras extra ON extra.seq = g.last_seq
LEFT JOIN vocabulary error_type ON error_type.id = g.error_type_id
ORDER BY g.runs DESC, error_type.text
LIMIT 20
