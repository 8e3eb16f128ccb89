-- Merges the rows of the days in compacted_hour: one row a key again, sorted, so that it compresses and prunes well.
CREATE OR REPLACE TEMP TABLE compacted AS
SELECT
  actor_id, day, sum(runs), sum(untimed), sum(filtered), sum(sampled), min(first_time), max(last_seq), true
FROM active_day
WHERE day IN (FROM compacted_hour)
GROUP BY actor_id, day;
DELETE FROM active_day WHERE day IN (FROM compacted_hour);
INSERT INTO active_day FROM compacted ORDER BY day, actor_id;
DROP TABLE compacted
