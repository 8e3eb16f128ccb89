-- Points of one metric in a range, latest first. They are filtered and cut to the page by numbers before any text is made.
WITH page AS (
  SELECT p.seq
  FROM metric_points p
  WHERE p.time >= fa_time($from) AND p.time < fa_time($to)
    AND p.metric_id IN (SELECT id FROM metrics WHERE name_id IN (SELECT id FROM vocabulary WHERE text = $name))
    AND fa_wanted_service(p.resource_id, $service)
  ORDER BY p.time DESC, p.seq DESC
  LIMIT $limit
)
SELECT
  a.seq,
  a.type,
  a.unit,
  a.service,
  a.time,
  a.start_time AS "startTime",
  a.flags,
  coalesce(a.double_value, a.int_value::DOUBLE) AS value,
  a.int_value AS "intValue",
  a.attributes::VARCHAR AS attributes,
  a.distribution::VARCHAR AS distribution,
  a.exemplars::VARCHAR AS exemplars,
  a.original::VARCHAR AS original
FROM page
JOIN all_metric_points a ON a.seq = page.seq
ORDER BY a.time DESC, a.seq DESC
