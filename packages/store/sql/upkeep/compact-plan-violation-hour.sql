-- Merges the rows of the hours in compacted_hour: one row a key again.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT
  event_name_id, type, path, schema_version, hour,
  sum(records)::UINTEGER, sum(blocked)::UINTEGER, min(first_time), max(last_time), max(sample_seq), max(record), 1
FROM plan_violation_hour
WHERE hour IN (FROM compacted_hour)
GROUP BY event_name_id, type, path, schema_version, hour;
DELETE FROM plan_violation_hour WHERE hour IN (FROM compacted_hour);
INSERT INTO plan_violation_hour FROM compacted ORDER BY hour, event_name_id, type, path;
DROP TABLE compacted
