-- How the durations of a feature are spread, by hour (UTC), in words: timed runs of at least from_ns and less than to_ns,
-- which is at most 1/16 more, so that the middle of the two is off by 3.2 % at most.
CREATE OR REPLACE VIEW feature_durations AS
SELECT
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  fa_hour_start(d.hour) AS hour,
  fa_status_name(d.feature_status) AS status,
  fa_duration_bucket_start(d.bucket) AS from_ns,
  fa_duration_bucket_start(d.bucket + 1) AS to_ns,
  sum(d.runs) AS runs
FROM feature_duration d
LEFT JOIN vocabulary feature ON feature.id = d.feature_id
LEFT JOIN vocabulary category ON category.id = d.category_id
LEFT JOIN vocabulary component ON component.id = d.component_id
GROUP BY ALL;
