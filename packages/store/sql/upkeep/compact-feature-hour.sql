-- Merges the rows of the hours in compacted_hour: one row a key again, sorted, so that it compresses and prunes well.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT
  feature_id, category_id, component_id, hour, feature_status,
  sum(runs), sum(untimed), sum(filtered), sum(nobody),
  sum(excellent), sum(good), sum(acceptable), sum(slow), sum(very_slow),
  sum(scored), fsum(efficiency), sum(duration_ns), sum(input_size), sum(output_size),
  min(first_time), max(last_time), max(last_seq),
  true
FROM feature_hour
WHERE hour IN (FROM compacted_hour)
GROUP BY feature_id, category_id, component_id, hour, feature_status;
DELETE FROM feature_hour WHERE hour IN (FROM compacted_hour);
INSERT INTO feature_hour FROM compacted ORDER BY hour, feature_id, component_id, feature_status;
DROP TABLE compacted
