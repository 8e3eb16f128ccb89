-- Every span of one trace with all that is stored of it, by start. The seqs are found by the 16-byte id first: the text
-- form of it in the view would be made for every span stored.
SELECT
  a.seq,
  a.span_id AS "spanId",
  a.parent_span_id AS "parentSpanId",
  a.trace_state AS "traceState",
  a.flags,
  a.name,
  a.kind,
  a.service,
  a.start_time AS "startTime",
  a.duration_ns AS "durationNs",
  a.status,
  a.status_message AS "statusMessage",
  a.feature,
  CASE WHEN a.feature IS NOT NULL THEN fa_status_name(s.feature_status) END AS "featureStatus",
  a.attributes_full::VARCHAR AS attributes,
  a.events::VARCHAR AS events,
  a.links::VARCHAR AS links,
  a.original::VARCHAR AS original,
  a.dropped_attributes AS "droppedAttributes",
  a.dropped_events AS "droppedEvents",
  a.dropped_links AS "droppedLinks",
  to_json(list_filter([
    CASE WHEN fa_marked(a.marks, 0) THEN 'negative_duration' END,
    CASE WHEN fa_marked(a.marks, 1) THEN 'time_clamped' END,
    CASE WHEN fa_marked(a.marks, 2) THEN 'truncated' END,
    CASE WHEN fa_marked(a.marks, 3) THEN 'sanitized' END,
    CASE WHEN fa_marked(a.marks, 5) THEN 'mapped' END,
    CASE WHEN fa_marked(a.marks, 6) THEN 'duplicate_keys' END
  ], lambda mark: mark IS NOT NULL)) AS marks,
  a.resource::VARCHAR AS resource,
  a.scope::VARCHAR AS scope
FROM spans s
JOIN all_spans a ON a.seq = s.seq
WHERE s.trace_id = $traceId::UUID
ORDER BY a.start_time, a.seq
LIMIT $limit
