-- Log records per bucket of time and level, as feature/trend.sql has buckets; 0 is no level, else its place from trace on.
SELECT
  list_extract($buckets::INTEGER[], 1 + (epoch_ns(l.time) - $origin) // $width) AS bucket,
  CASE WHEN l.severity_number BETWEEN 1 AND 24 THEN (l.severity_number + 3) // 4 ELSE 0 END AS level,
  count(*) AS records
FROM logs l
WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
  AND l.seq >= $firstSeq::UBIGINT AND l.seq <= $lastSeq::UBIGINT
  -- include part/log-filter.sql
GROUP BY bucket, level
