-- Errors of a range and of the time before it that pass the filter, then each occurrence once.
WITH chosen AS (
  SELECT
    o.*,
    o.time >= fa_time($from) AS is_now,
    o.source * 9223372036854775808::UBIGINT + o.seq AS rank,
    CASE WHEN o.component_id <> 0 THEN o.component_id ELSE coalesce(r.service_id, 0) END AS part_id
  FROM error_occurrences o
  LEFT JOIN resources r ON r.id = o.resource_id
  WHERE o.time >= fa_time($before) AND o.time < fa_time($to)
    AND ($fingerprint::VARCHAR IS NULL OR o.fingerprint = $fingerprint::UBIGINT)
    AND ($category::VARCHAR IS NULL OR o.fingerprint IN (SELECT fingerprint FROM error_groups WHERE category = $category))
    AND ($errorType::VARCHAR IS NULL OR o.fingerprint IN (SELECT fingerprint FROM error_groups WHERE error_type = $errorType))
    AND ($service::VARCHAR IS NULL OR r.service_id IN (SELECT id FROM vocabulary WHERE text = $service))
    AND ($component::VARCHAR IS NULL OR part_id IN (SELECT id FROM vocabulary WHERE text = $component))
    AND ($feature::VARCHAR IS NULL OR o.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature))
    AND ($session::VARCHAR IS NULL OR o.session_id IN (SELECT id FROM identities WHERE text = $session))
    AND ($user::VARCHAR IS NULL OR o.user_id IN (SELECT id FROM identities WHERE text = $user))
    AND ($traceId::VARCHAR IS NULL OR o.trace_id = $traceId::UUID)
),
-- What tells of one span with one fingerprint, in one of the two windows, is one occurrence: as its run says, or where there is
-- none, or it does not say, as its last log record.
occurrence AS (
  SELECT
    fingerprint,
    is_now,
    trace_id,
    max(seq) AS last_seq,
    min(time) AS time,
    count(*) FILTER (WHERE source = 0) AS records,
    count(*) FILTER (WHERE source = 1) AS runs,
    coalesce(arg_max(feature_id, rank) FILTER (WHERE feature_id <> 0), 0) AS feature_id,
    coalesce(arg_max(part_id, rank) FILTER (WHERE part_id <> 0), 0) AS part_id,
    coalesce(arg_max(user_id, rank) FILTER (WHERE user_id <> 0), 0) AS user_id,
    coalesce(arg_max(session_id, rank) FILTER (WHERE session_id <> 0), 0) AS session_id,
    max(time) AS last_time
  FROM chosen
  GROUP BY fingerprint, is_now, trace_id, span_id, CASE WHEN span_id = 0 THEN seq ELSE 0 END
),
