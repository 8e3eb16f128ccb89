-- Merges the rows of the hours in compacted_hour: one row a key again, sorted, so that it compresses and prunes well.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT
  feature_id, category_id, component_id, hour, feature_status, bucket,
  sum(runs),
  true
FROM feature_duration
WHERE hour IN (FROM compacted_hour)
GROUP BY feature_id, category_id, component_id, hour, feature_status, bucket;
DELETE FROM feature_duration WHERE hour IN (FROM compacted_hour);
INSERT INTO feature_duration FROM compacted ORDER BY hour, feature_id, component_id, feature_status, bucket;
DROP TABLE compacted
