-- What one session says of itself, in the order of its clock.
SELECT
  l.time,
  l.seq,
  w.text AS event,
  fa_attr_text(l.attributes, 'feature.reason') AS reason
FROM logs l
JOIN vocabulary w ON w.id = l.event_name_id
WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
  AND l.session_id IN (SELECT id FROM identities WHERE text = $session)
  AND w.text IN ('session.start', 'session.end', 'feature.paused', 'feature.resumed')
  AND fa_attr_text(l.attributes, 'feature.operation.id') IS NULL
ORDER BY l.time, l.seq
LIMIT $limit
