-- The runs that took longest.
WITH longest AS (
  SELECT s.seq, s.trace_id, s.feature_id, s.start_time, s.duration_ns, s.feature_status
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to) AND s.feature_id <> 0 AND NOT fa_marked(s.marks, 0)
  ORDER BY s.duration_ns DESC, s.seq
  LIMIT $limit
)
SELECT
  v.text AS feature,
  fa_ms(l.duration_ns) AS "durationMs",
  l.feature_status AS status,
  l.start_time AS "startTime",
  fa_trace_id(l.trace_id) AS "traceId"
FROM longest l
JOIN vocabulary v ON v.id = l.feature_id
ORDER BY l.duration_ns DESC, l.seq
