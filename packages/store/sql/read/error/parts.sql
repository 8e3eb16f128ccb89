-- Errors of a range by category, feature or component, the most frequent first, beside what was in the time before it.
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
named AS (
  SELECT
    o.*,
    CASE
      WHEN $by = 'category' THEN (SELECT g.category FROM error_groups g WHERE g.fingerprint = o.fingerprint)
      ELSE (SELECT v.text FROM vocabulary v WHERE v.id = CASE WHEN $by = 'feature' THEN o.feature_id ELSE o.part_id END AND v.id <> 0)
    END AS value
  FROM occurrence o
),
grouped AS (
  SELECT
    value,
    count(*) FILTER (WHERE is_now) AS occurrences,
    count(*) FILTER (WHERE NOT is_now) AS before,
    coalesce(sum(records) FILTER (WHERE is_now), 0)::BIGINT AS records,
    coalesce(sum(runs) FILTER (WHERE is_now), 0)::BIGINT AS runs,
    count(DISTINCT user_id) FILTER (WHERE is_now AND user_id <> 0) AS users,
    count(DISTINCT session_id) FILTER (WHERE is_now AND session_id <> 0) AS sessions,
    count(DISTINCT fingerprint) FILTER (WHERE is_now) AS groups,
    min(time) FILTER (WHERE is_now) AS first_time,
    max(last_time) FILTER (WHERE is_now) AS last_time
  FROM named
  GROUP BY value
),
top AS (
  SELECT * FROM grouped WHERE occurrences > 0
  ORDER BY occurrences DESC, value NULLS LAST
  LIMIT $limit
),
slots AS (
  SELECT value, list({slot: slot, occurrences: occurrences}) AS spark
  FROM (
    SELECT value, (epoch_ns(time) - $from) // $width AS slot, count(*) AS occurrences
    FROM named
    WHERE is_now
    GROUP BY ALL
  )
  GROUP BY value
),
kinds AS (
  SELECT
    n.value,
    arg_max(g.title, (n.kinds, n.fingerprint)) AS title,
    arg_max(g.object, (n.kinds, n.fingerprint)) AS object
  FROM (SELECT value, fingerprint, count(*) AS kinds FROM named WHERE is_now GROUP BY ALL) n
  JOIN error_groups g ON g.fingerprint = n.fingerprint
  GROUP BY n.value
)
SELECT
  t.value,
  t.occurrences,
  t.before,
  t.records,
  t.runs,
  t.users,
  t.sessions,
  t.groups,
  t.first_time AS "firstSeen",
  t.last_time AS "lastSeen",
  kinds.title AS "topTitle",
  nullif(kinds.object, '') AS "topObject",
  to_json(slots.spark) AS spark
FROM top t
JOIN slots ON slots.value IS NOT DISTINCT FROM t.value
JOIN kinds ON kinds.value IS NOT DISTINCT FROM t.value
ORDER BY t.occurrences DESC, t.value NULLS LAST
