-- Operations that are over, the last to be heard of first, below a cursor.
SELECT
  o.id,
  o.feature,
  o.service,
  nullif(o.component, '') AS component,
  nullif(o.category, '') AS category,
  nullif(o.instance, '') AS instance,
  nullif(o.host, '') AS host,
  nullif(o.pid, 0) AS pid,
  nullif(o.parent_id, '') AS "parentId",
  nullif(o.session, '') AS session,
  nullif(o."user", '') AS "user",
  nullif(o.trace_id, '') AS "traceId",
  nullif(o.description, '') AS description,
  o.start_time AS "startTime",
  CASE WHEN o.outcome <> '' THEN o.end_time END AS "endTime",
  o.active_ns AS "activeNs",
  o.paused_ns AS "pausedNs",
  nullif(o.outcome, '') AS outcome,
  nullif(o.error_type, '') AS "errorType",
  nullif(o.reason, '') AS reason,
  nullif(o.message, '') AS message,
  o."current",
  o.total,
  nullif(o.unit, '') AS unit,
  o.notes,
  o.worst_health AS "worstHealth",
  o.last_seq AS "lastSeq",
  o.state
FROM operations o
WHERE o.start_time >= fa_time($from) AND o.start_time < fa_time($to)
  AND ($feature::VARCHAR IS NULL OR o.feature = $feature)
  AND ($service::VARCHAR IS NULL OR o.service = $service)
  AND ($component::VARCHAR IS NULL OR o.component = $component)
  AND ($outcome::VARCHAR IS NULL OR o.outcome = $outcome)
  AND ($isLost::BOOLEAN IS NULL OR (o.outcome = 'lost') = $isLost)
  AND ($parent::VARCHAR IS NULL OR o.parent_id = $parent)
  AND ($before::BIGINT IS NULL OR o.last_seq < $before)
ORDER BY o.last_seq DESC
LIMIT $limit
