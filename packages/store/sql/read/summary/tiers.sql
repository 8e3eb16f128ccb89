-- Runs by performance tier; those without a duration have none.
SELECT s.tier, count(*) AS runs
FROM spans s
WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to) AND s.feature_id <> 0 AND NOT fa_marked(s.marks, 0)
GROUP BY s.tier
