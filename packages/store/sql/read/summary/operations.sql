-- Operations that ended in a range, by how they ended.
SELECT outcome, count(*) AS operations
FROM operations
WHERE end_time >= fa_time($from) AND end_time < fa_time($to) AND outcome <> ''
GROUP BY outcome
