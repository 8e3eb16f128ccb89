-- The numbers of a feature by hour (UTC), in words. Means are quotients of two sums: duration_ns over timed runs,
-- efficiency over scored ones. Where filtered is not 0 the sender left out runs, and rates mean nothing.
CREATE OR REPLACE VIEW feature_hours AS
SELECT
  feature.text AS feature,
  category.text AS category,
  component.text AS component,
  fa_hour_start(h.hour) AS hour,
  fa_status_name(h.feature_status) AS status,
  sum(h.runs) AS runs,
  sum(h.runs) - sum(h.untimed) AS timed,
  sum(h.filtered) AS filtered,
  sum(h.nobody) AS nobody,
  sum(h.duration_ns) AS duration_ns,
  sum(h.scored) AS scored,
  fsum(h.efficiency) AS efficiency,
  sum(h.input_size) AS input_size,
  sum(h.output_size) AS output_size,
  min(h.first_time) AS first_time,
  max(h.last_time) AS last_time
FROM feature_hour h
LEFT JOIN vocabulary feature ON feature.id = h.feature_id
LEFT JOIN vocabulary category ON category.id = h.category_id
LEFT JOIN vocabulary component ON component.id = h.component_id
GROUP BY ALL;
