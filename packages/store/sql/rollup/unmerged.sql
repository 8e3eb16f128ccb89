-- Rows that batches have added and that are not merged yet.
SELECT
  (SELECT count(*) FROM feature_hour WHERE NOT merged)
  + (SELECT count(*) FROM feature_duration WHERE NOT merged)
  + (SELECT count(*) FROM actor_hour WHERE NOT merged)
  + (SELECT count(*) FROM active_day WHERE NOT merged)
  + (SELECT count(*) FROM plan_violation_hour WHERE merged = 0) AS "unmerged"
