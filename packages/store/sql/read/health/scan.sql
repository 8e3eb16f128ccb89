-- A plain scan of at most a million spans that are not archived, so that its time says what the machine can do.
SELECT count(*) AS rows, max(duration_ns) AS "longestNs"
FROM (SELECT duration_ns FROM hot_spans LIMIT 1000000)
