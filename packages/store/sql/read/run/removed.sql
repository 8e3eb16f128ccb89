-- What retention has removed: the time from which on raw rows are kept, and whether roll-ups know of runs before it in
-- the whole hours of a range and in the hours that its ends cut. No row while roll-ups have never been built.
WITH state AS (
  SELECT raw_since, (epoch_ns(raw_since) + 3599999999999) // 3600000000000 AS first_hour FROM rollup_state
),
gone AS (
  SELECT
    h.hour >= fa_whole_from($from, $to, true) AND h.hour < fa_whole_to($from, $to, true) AS whole
  FROM feature_hour h, state
  WHERE h.hour >= $from // 3600000000000 AND h.hour <= ($to - 1) // 3600000000000
    AND h.hour < state.first_hour
    AND fa_wanted(h.feature_id, $feature)
    AND fa_wanted(h.category_id, $category)
    AND fa_wanted(h.component_id, $component)
    AND ($status::BIGINT IS NULL OR h.feature_status = $status)
)
SELECT
  raw_since AS since,
  (SELECT coalesce(bool_or(whole), false) FROM gone) AS "inWholeHours",
  (SELECT coalesce(bool_or(NOT whole), false) FROM gone) AS "inCutHours"
FROM state
