-- Every span of one trace with all that is stored of it, by start; all of them begin in the range, which trace/range tells.
-- Found by the 16-byte id first, then only the texts that they name are looked up: joins would build on those of all users
-- and sessions, three quarters of the time.
WITH found AS MATERIALIZED (
  SELECT s.*
  FROM spans s
  WHERE s.trace_id = $traceId::UUID AND s.start_time >= fa_time($from) AND s.start_time <= fa_time($last)
  ORDER BY s.start_time, s.seq
  -- A sum with what is not known yet puts planning off until it is; DuckDB plans what reads files twice otherwise.
  LIMIT $limit + 0
),
extra AS MATERIALIZED (
  SELECT x.*
  FROM span_extras x
  WHERE x.seq IN (SELECT seq FROM found) AND x.start_time >= fa_time($from) AND x.start_time <= fa_time($last)
),
resource AS MATERIALIZED (
  SELECT r.id, r.service_id, r.content FROM resources r WHERE r.id IN (SELECT resource_id FROM found)
),
-- Maps, because each further join is planned twice, once before the parameters are known. By row number, because a scan by
-- a list of ids reads the texts of all of them first: 28 ms a million users and sessions, of which this takes 6.
text AS MATERIALIZED (
  SELECT
    (SELECT map(list(v.id), list(v.text)) FROM vocabulary v WHERE v.id IN (
      SELECT unnest([name_id, feature_id, category_id, component_id, version_id, error_type_id]) FROM found
      UNION ALL
      SELECT service_id FROM resource
    )) AS words,
    (SELECT map(list(i.id), list(i.text)) FROM identities i WHERE i.rowid IN (
      SELECT rowid FROM identities WHERE id IN (SELECT unnest([session_id, user_id]) FROM found)
    )) AS actors
),
-- Each text once: it would be planned again in every place that names it, 8 ms in all.
named AS (
  SELECT
    s.*,
    resource.content AS resource,
    t.words[resource.service_id] AS service,
    t.words[s.name_id] AS name,
    t.words[s.feature_id] AS feature,
    t.words[s.category_id] AS category,
    t.words[s.component_id] AS component,
    t.words[s.version_id] AS version,
    t.words[s.error_type_id] AS error_type,
    t.actors[s.session_id] AS session,
    t.actors[s.user_id] AS usr
  FROM found s
  CROSS JOIN text t
  LEFT JOIN resource ON resource.id = s.resource_id
)
SELECT
  s.seq,
  fa_span_id(s.span_id) AS "spanId",
  fa_span_id(s.parent_span_id) AS "parentSpanId",
  nullif(x.trace_state, '') AS "traceState",
  s.flags,
  s.name,
  fa_kind_name(s.kind) AS kind,
  s.service,
  s.start_time AS "startTime",
  s.duration_ns AS "durationNs",
  fa_span_status_name(s.status_code) AS status,
  nullif(x.status_message, '') AS "statusMessage",
  s.feature,
  CASE WHEN s.feature IS NOT NULL THEN fa_status_name(s.feature_status) END AS "featureStatus",
  fa_span_attributes(
    s.marks, s.feature, s.category, s.component, s.feature_status, s.tier, s.version, s.efficiency, s.iterations, s.input_size,
    s.output_size, s.error_type, s.session, s.usr, s.attributes
  ) AS attributes,
  coalesce(nullif(x.events, ''), '[]') AS events,
  coalesce(nullif(x.links, ''), '[]') AS links,
  nullif(x.original, '') AS original,
  coalesce(x.dropped_attributes, 0) AS "droppedAttributes",
  coalesce(x.dropped_events, 0) AS "droppedEvents",
  coalesce(x.dropped_links, 0) AS "droppedLinks",
  to_json(list_filter([
    CASE WHEN fa_marked(s.marks, 0) THEN 'negative_duration' END,
    CASE WHEN fa_marked(s.marks, 1) THEN 'time_clamped' END,
    CASE WHEN fa_marked(s.marks, 2) THEN 'truncated' END,
    CASE WHEN fa_marked(s.marks, 3) THEN 'sanitized' END,
    CASE WHEN fa_marked(s.marks, 5) THEN 'mapped' END,
    CASE WHEN fa_marked(s.marks, 6) THEN 'duplicate_keys' END
  ], lambda mark: mark IS NOT NULL)) AS marks,
  s.resource,
  scope.content AS scope
FROM named s
LEFT JOIN extra x ON x.seq = s.seq
LEFT JOIN scopes scope ON scope.id = s.scope_id
ORDER BY s.start_time, s.seq
