-- Traces with a span in a range, latest first. The conditions look at the spans in the range; the numbers are of the
-- whole trace, also of what lies outside. Ends are added as HUGEINT: a start near 2262 plus a duration leaves BIGINT.
WITH found AS (
  SELECT s.trace_id, min(s.start_time) AS started, max(s.seq) AS last_seq
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
  GROUP BY s.trace_id
  HAVING ($service::VARCHAR IS NULL OR bool_or(s.resource_id IN (
      SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = $service)))
    AND ($feature::VARCHAR IS NULL OR bool_or(s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)))
    AND ($errors::BOOLEAN IS NULL OR bool_or(s.status_code = 2) = $errors)
    AND ($minDurationNs::BIGINT IS NULL
      OR coalesce(max(s.duration_ns) FILTER (WHERE NOT fa_marked(s.marks, 0)), -1) >= $minDurationNs)
  ORDER BY started DESC, last_seq DESC
  LIMIT $limit
),
whole AS (
  SELECT
    f.trace_id,
    any_value(f.started) AS started,
    any_value(f.last_seq) AS last_seq,
    count(*) AS spans,
    count(*) FILTER (WHERE s.status_code = 2) AS errors,
    min(s.start_time) AS start_time,
    max(epoch_ns(s.start_time)::HUGEINT + s.duration_ns) - min(epoch_ns(s.start_time)) AS duration_ns,
    arg_min(s.seq, row(s.parent_span_id <> 0, s.start_time, s.seq)) AS root_seq,
    count(DISTINCT nullif(r.service_id, 0)) AS services,
    list(DISTINCT s.feature_id) FILTER (WHERE s.feature_id <> 0) AS feature_ids
  FROM found f
  JOIN spans s ON s.trace_id = f.trace_id
  LEFT JOIN resources r ON r.id = s.resource_id
  GROUP BY f.trace_id
)
SELECT
  fa_trace_id(w.trace_id) AS "traceId",
  root_name.text AS root,
  service.text AS service,
  w.start_time AS "startTime",
  fa_ms(w.duration_ns) AS "durationMs",
  w.spans,
  w.errors,
  w.services,
  to_json(coalesce((
    SELECT list(v.text ORDER BY v.text) FROM vocabulary v WHERE list_contains(w.feature_ids, v.id)
  ), [])) AS features
FROM whole w
JOIN spans root ON root.seq = w.root_seq
LEFT JOIN resources resource ON resource.id = root.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary root_name ON root_name.id = root.name_id
ORDER BY w.started DESC, w.last_seq DESC
