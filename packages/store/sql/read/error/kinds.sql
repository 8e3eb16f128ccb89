-- All kinds of errors in a range, those that occurred most often first, beside what was in the time before it.
-- include part/error-occurrences.sql
grouped AS (
  SELECT
    fingerprint,
    count(*) FILTER (WHERE is_now) AS occurrences,
    count(*) FILTER (WHERE NOT is_now) AS before,
    max(last_time) FILTER (WHERE is_now) AS last_time
  FROM occurrence
  GROUP BY fingerprint
)
SELECT
  k.fingerprint,
  g.version,
  g.title,
  g.category,
  g.first_time AS "firstSeen",
  k.occurrences,
  k.before
FROM grouped k
JOIN error_groups g ON g.fingerprint = k.fingerprint
WHERE k.occurrences > 0
ORDER BY k.occurrences DESC, k.last_time DESC, k.fingerprint
