-- How many hours were chosen.
SELECT count(*) AS "hours" FROM compacted_hour
