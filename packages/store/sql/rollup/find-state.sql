-- The state of roll-ups whose own row was lost. An hour that counts more runs than there are raw ones must not be built
-- anew, nor those before it: their raw data have been removed.
INSERT INTO rollup_state
SELECT
  (SELECT coalesce(max(last_seq), 0) FROM feature_hour),
  make_timestamp_ns(coalesce(max(kept.hour) + 1, 0)::BIGINT * 3600000000000)
FROM (SELECT hour, sum(runs) AS runs FROM feature_hour GROUP BY hour) AS kept
LEFT JOIN (
  SELECT fa_hour(start_time) AS hour, count(*) AS runs FROM spans WHERE feature_id <> 0 GROUP BY ALL
) AS raw ON raw.hour = kept.hour
WHERE kept.runs > coalesce(raw.runs, 0)
