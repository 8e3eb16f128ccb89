-- Who used a feature on which day (UTC), in words. The actor is the user, and the session where there is none; is_user
-- tells them apart, as a user and a session may have the same text. Days of another time zone are made of the hours in
-- actor_uses; days of any feature, in ids, are in active_day.
CREATE OR REPLACE VIEW actor_days AS
SELECT
  feature.text AS feature,
  actor.text AS actor,
  u.is_user,
  u.day,
  u.runs,
  u.successes,
  u.first_hour,
  u.last_hour
FROM (
  SELECT
    feature_id,
    CASE WHEN user_id <> 0 THEN user_id ELSE session_id END AS actor_id,
    user_id <> 0 AS is_user,
    fa_hour_start(hour // 24 * 24)::DATE AS day,
    sum(runs) AS runs,
    sum(successes) AS successes,
    fa_hour_start(min(hour)) AS first_hour,
    fa_hour_start(max(hour)) AS last_hour
  FROM actor_uses
  GROUP BY ALL
) u
LEFT JOIN vocabulary feature ON feature.id = u.feature_id
LEFT JOIN identities actor ON actor.id = u.actor_id;
