-- Log records that tell of an error, behind a number, in its order. The end of an operation that has a span is left out: the
-- run tells the same, with message and stack. Which table is read is known before the scan, so that the other costs nothing.
WITH found AS (
  SELECT l.seq
  FROM (
    SELECT seq, severity_number, attributes FROM hot_logs WHERE $isHot
    UNION ALL
    SELECT seq, severity_number, attributes FROM logs WHERE NOT $isHot
  ) l
  WHERE l.seq > $after AND l.seq <= $through
    AND (l.severity_number >= 17 OR contains(l.attributes, '"exception.'))
  ORDER BY l.seq
  LIMIT $limit
),
page AS (
  SELECT l.*
  FROM (
    SELECT * FROM hot_logs WHERE $isHot
    UNION ALL
    SELECT * FROM logs WHERE NOT $isHot
  ) l
  WHERE l.seq > $after AND l.seq <= (SELECT max(seq) FROM found) AND l.seq IN (SELECT seq FROM found)
),
facts AS (
  SELECT
    p.*,
    -- One look at the JSON for all of them; what is none must not hold up all that comes after it. The names are those of OpenTelemetry, then of the database logger, then of pino.
    json_extract_string(CASE WHEN json_valid(p.attributes) THEN p.attributes ELSE '{}' END, [
      '/exception.type', '/error_details.error_type', '/err.type',
      '/exception.message', '/error_details.error_message', '/err.message', '/error.message',
      '/exception.stacktrace', '/error_details.stack_trace', '/err.stack', '/stack',
      '/error.code', '/err.code', '/code', '/db.response.status_code',
      '/http.response.status_code', '/http.status_code',
      '/db.system.name', '/db.system',
      '/error.fingerprint'
    ]) AS said
  FROM page p
)
SELECT
  f.seq,
  f.time,
  coalesce(f.said[1], f.said[2], error_type.text, f.said[3]) AS "errorType",
  left(coalesce(f.said[4], f.said[5], f.said[6], f.said[7], nullif(f.body, ''), event.text), 4096) AS message,
  -- Both ends: the newest call stands first or last.
  fa_ends(coalesce(f.said[8], f.said[9], f.said[10], f.said[11]), 8192) AS stack,
  left(coalesce(f.said[12], f.said[13], f.said[14], f.said[15]), 64) AS code,
  TRY_CAST(coalesce(f.said[16], f.said[17]) AS SMALLINT) AS "httpStatus",
  coalesce(f.said[18], f.said[19]) IS NOT NULL AS "isDatabase",
  left(f.said[20], 1024) AS given,
  fa_trace_id(f.trace_id) AS "traceId",
  f.span_id AS "spanId",
  f.resource_id AS "resourceId",
  f.feature_id AS "featureId",
  f.component_id AS "componentId",
  f.session_id AS "sessionId",
  f.user_id AS "userId",
  -- Looked at, but no error of its own.
  coalesce(event.text = 'feature.operation.end' AND f.span_id <> 0, false) AS "isTold"
FROM facts f
LEFT JOIN vocabulary event ON event.id = f.event_name_id
LEFT JOIN vocabulary error_type ON error_type.id = f.error_type_id
ORDER BY f.seq
