-- Merges the rows of the hours in compacted_hour: one row a key again, sorted, so that it compresses and prunes well.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT
  feature_id, user_id, session_id, hour,
  sum(runs), sum(successes),
  true
FROM actor_hour
WHERE hour IN (FROM compacted_hour)
GROUP BY feature_id, user_id, session_id, hour;
DELETE FROM actor_hour WHERE hour IN (FROM compacted_hour);
INSERT INTO actor_hour FROM compacted ORDER BY hour, feature_id, user_id, session_id;
DROP TABLE compacted
