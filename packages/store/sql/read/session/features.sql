-- What one session ran, the most frequent feature first.
SELECT
  v.text AS feature,
  count(*) AS runs,
  count(*) FILTER (WHERE u.feature_status IN (2, 4)) AS failed,
  fa_ms(fa_p50(CASE WHEN NOT fa_marked(u.marks, 0) THEN u.duration_ns END)) AS "p50Ms"
FROM run_uses u
JOIN vocabulary v ON v.id = u.feature_id
WHERE u.start_time >= fa_time($from) AND u.start_time < fa_time($to)
  AND u.session_id IN (SELECT id FROM identities WHERE text = $session)
GROUP BY v.text
ORDER BY runs DESC, feature
LIMIT $limit
