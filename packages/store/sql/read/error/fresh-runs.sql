-- Runs that failed or ran out of time, behind a number, in its order, with the first exception that each recorded.
WITH found AS (
  SELECT s.seq
  FROM (
    SELECT seq, feature_id, feature_status FROM hot_spans WHERE $isHot
    UNION ALL
    SELECT seq, feature_id, feature_status FROM spans WHERE NOT $isHot
  ) s
  WHERE s.seq > $after AND s.seq <= $through AND s.feature_id <> 0 AND s.feature_status IN (2, 4)
  ORDER BY s.seq
  LIMIT $limit
),
page AS (
  SELECT s.*
  FROM (
    SELECT * FROM hot_spans WHERE $isHot
    UNION ALL
    SELECT * FROM spans WHERE NOT $isHot
  ) s
  WHERE s.seq > $after AND s.seq <= (SELECT max(seq) FROM found) AND s.seq IN (SELECT seq FROM found)
),
facts AS (
  SELECT
    p.*,
    extra.status_message,
    json_extract_string(CASE WHEN json_valid(p.attributes) THEN p.attributes ELSE '{}' END, [
      '/error.code', '/db.response.status_code', '/http.response.status_code', '/http.status_code',
      '/db.system.name', '/db.system', '/error.fingerprint'
    ]) AS said,
    list_filter(
      CASE WHEN contains(extra.events, '"exception.') AND json_valid(extra.events) THEN
        from_json(extra.events, '[{"name": "VARCHAR", "attributes": "JSON"}]')
      END,
      lambda event: event.name = 'exception'
    )[1].attributes AS exception
  FROM page p
  LEFT JOIN (
    SELECT seq, status_message, events FROM hot_span_extras WHERE $isHot AND seq > $after AND seq <= $through
    UNION ALL
    SELECT seq, status_message, events FROM span_extras WHERE NOT $isHot AND seq > $after AND seq <= $through
  ) extra ON extra.seq = p.seq
)
SELECT
  f.seq,
  f.start_time AS time,
  coalesce(fa_attr_text(f.exception, 'exception.type'), error_type.text) AS "errorType",
  left(coalesce(
    fa_attr_text(f.exception, 'exception.message'),
    nullif(f.status_message, ''),
    CASE WHEN f.feature_status = 4 THEN 'run timed out' ELSE 'run failed' END
  ), 4096) AS message,
  fa_ends(fa_attr_text(f.exception, 'exception.stacktrace'), 8192) AS stack,
  left(coalesce(f.said[1], f.said[2]), 64) AS code,
  TRY_CAST(coalesce(f.said[3], f.said[4]) AS SMALLINT) AS "httpStatus",
  coalesce(f.said[5], f.said[6]) IS NOT NULL AS "isDatabase",
  left(f.said[7], 1024) AS given,
  fa_trace_id(f.trace_id) AS "traceId",
  f.span_id AS "spanId",
  f.resource_id AS "resourceId",
  f.feature_id AS "featureId",
  f.component_id AS "componentId",
  f.session_id AS "sessionId",
  f.user_id AS "userId",
  false AS "isTold"
FROM facts f
LEFT JOIN vocabulary error_type ON error_type.id = f.error_type_id
ORDER BY f.seq
