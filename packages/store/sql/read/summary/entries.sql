-- Log records with one of these names, by name.
SELECT v.text AS type, count(*) AS entries
FROM logs l
JOIN vocabulary v ON v.id = l.event_name_id
WHERE l.time >= fa_time($from) AND l.time < fa_time($to) AND list_contains($types, v.text)
GROUP BY v.text
ORDER BY v.text
