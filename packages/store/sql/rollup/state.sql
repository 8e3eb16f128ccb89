-- How far the roll-ups are; no row while they have never been built.
SELECT
  actor_seq AS "actorSeq",
  -- Of the runs, which is all that matters; asking spans would read its archive.
  (SELECT coalesce(max(last_seq), 0) FROM feature_hour) AS "lastSeq",
  (epoch_ns(raw_since) + 3599999999999) // 3600000000000 AS "fromHour"
FROM rollup_state
