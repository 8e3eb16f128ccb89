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
  a.marks,
  a.resource::VARCHAR AS resource,
  a.scope::VARCHAR AS scope
FROM spans s
JOIN all_spans a ON a.seq = s.seq
WHERE s.trace_id = $traceId::UUID
ORDER BY a.start_time, a.seq
LIMIT $limit
