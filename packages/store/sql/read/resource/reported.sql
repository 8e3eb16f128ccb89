-- What apps measured of runs by themselves: numbers under some keys of their metadata.
WITH runs AS (
  SELECT s.attributes
  FROM spans s
  LEFT JOIN resources r ON r.id = s.resource_id
  LEFT JOIN vocabulary service ON service.id = r.service_id
  WHERE s.feature_id IN (SELECT id FROM vocabulary WHERE text = $feature)
    AND s.start_time >= fa_time($from) AND s.start_time < fa_time($to)
    AND ($service::VARCHAR IS NULL OR service.text = $service)
),
keys AS (
  SELECT unnest($keys::VARCHAR[]) AS key
),
found AS (
  SELECT k.key, TRY_CAST(fa_attr_text(r.attributes, $prefix || k.key) AS DOUBLE) AS value
  FROM runs r
  CROSS JOIN keys k
  WHERE contains(r.attributes, k.key)
)
SELECT
  (SELECT count(*) FROM runs) AS "allRuns",
  key,
  count(value) AS runs,
  avg(value) AS mean,
  quantile_cont(value, 0.95) AS p95,
  max(value) AS most
FROM keys
LEFT JOIN found USING (key)
WHERE value IS NULL OR isfinite(value)
GROUP BY key
ORDER BY key
