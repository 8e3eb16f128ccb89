-- How far the roll-ups are; no row while they have never been built.
SELECT
  actor_seq AS "actorSeq",
  (SELECT coalesce(max(seq), 0) FROM spans) AS "lastSeq",
  (epoch_ns(raw_since) + 3599999999999) // 3600000000000 AS "fromHour"
FROM rollup_state
