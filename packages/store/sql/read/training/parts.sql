-- Runs by their part, and those that are left out at its end because they end in a later one or begin just before it; the
-- rule is that of rows.sql.
WITH picked AS (
  SELECT epoch_ns(s.start_time) AS start_ns, epoch_ns(fa_end(s.start_time, s.duration_ns)) AS end_ns
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND s.feature_id <> 0
    AND s.seq <= $through
    AND fa_wanted(s.feature_id, $feature)
    AND fa_wanted_service(s.resource_id, $service)
),
parted AS (
  SELECT
    CASE WHEN start_ns < $validationFrom THEN 'train' WHEN start_ns < $testFrom THEN 'validation' ELSE 'test' END AS split,
    CASE
      WHEN start_ns < $validationFrom THEN end_ns < $validationFrom AND start_ns < $validationFrom - $gap
      WHEN start_ns < $testFrom THEN end_ns < $testFrom AND start_ns < $testFrom - $gap
      ELSE true
    END AS kept
  FROM picked
)
SELECT split, count(*) FILTER (kept) AS rows, count(*) FILTER (NOT kept) AS "leftOut"
FROM parted
GROUP BY split
ORDER BY split
