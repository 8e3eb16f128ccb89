-- The actors of spans that landed after $after and until $until: none of these is archived before.
INSERT INTO actor_hour
SELECT
  feature_id, user_id, session_id, fa_hour(start_time) AS hour,
  count(*), count(*) FILTER (WHERE feature_status = 1),
  false
FROM hot_spans
WHERE feature_id <> 0 AND (user_id <> 0 OR session_id <> 0) AND seq > $after AND seq <= $until
GROUP BY ALL
