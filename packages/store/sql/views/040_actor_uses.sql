-- Who used a feature in which hour, in ids and complete: what is summed, and the spans that landed after that. A key may
-- have several rows: sum the runs, count distinct the rest.
CREATE OR REPLACE VIEW actor_uses AS
SELECT feature_id, user_id, session_id, hour, runs, successes
FROM actor_hour
UNION ALL
SELECT
  feature_id, user_id, session_id, fa_hour(start_time),
  1, CASE WHEN feature_status = 1 THEN 1 ELSE 0 END
FROM hot_spans
WHERE seq > (SELECT actor_seq FROM rollup_state) AND feature_id <> 0 AND (user_id <> 0 OR session_id <> 0);
