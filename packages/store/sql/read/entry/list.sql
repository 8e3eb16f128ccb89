-- Entries of database loggers by their time, newest first, beyond a cursor.
WITH page AS (
  SELECT l.seq, l.time, l.trace_id, l.resource_id, l.event_name_id, l.session_id, l.user_id, l.feature_id, l.attributes
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND l.event_name_id IN (SELECT id FROM vocabulary WHERE list_contains($types, text))
    AND fa_wanted_service(l.resource_id, $service)
    AND ($session::VARCHAR IS NULL OR l.session_id IN (SELECT id FROM identities WHERE text = $session))
    AND ($traceId::VARCHAR IS NULL OR l.trace_id = $traceId::UUID)
    AND ($cursorTime::BIGINT IS NULL OR l.time < fa_time($cursorTime) OR (l.time = fa_time($cursorTime) AND l.seq < $cursorSeq))
  ORDER BY l.time DESC, l.seq DESC
  LIMIT $limit
)
SELECT
  p.seq,
  p.time,
  type.text AS type,
  nullif(service.text, '') AS service,
  feature.text AS feature,
  session.text AS session,
  usr.text AS "user",
  CASE WHEN p.trace_id <> '00000000-0000-0000-0000-000000000000' THEN fa_trace_id(p.trace_id) END AS "traceId",
  coalesce(nullif(p.attributes, ''), '{}') AS attributes
FROM page p
JOIN vocabulary type ON type.id = p.event_name_id
LEFT JOIN resources resource ON resource.id = p.resource_id
LEFT JOIN vocabulary service ON service.id = resource.service_id
LEFT JOIN vocabulary feature ON feature.id = p.feature_id AND p.feature_id <> 0
LEFT JOIN identities session ON session.id = p.session_id AND p.session_id <> 0
LEFT JOIN identities usr ON usr.id = p.user_id AND p.user_id <> 0
ORDER BY p.time DESC, p.seq DESC
