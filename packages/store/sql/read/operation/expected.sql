-- How long the last 200 successful operations of a feature took, pauses left out; percentiles linear between ranks.
WITH last AS (
  SELECT active_ns
  FROM operations
  WHERE feature = $feature AND outcome = 'success' AND start_time >= fa_time($since)
  ORDER BY end_time DESC, last_seq DESC
  LIMIT 200
)
SELECT
  count(*) AS n,
  fa_ms(quantile_cont(active_ns, 0.5)) AS "p50Ms",
  fa_ms(quantile_cont(active_ns, 0.95)) AS "p95Ms",
  fa_ms(max(active_ns)) AS "longestMs"
FROM last
