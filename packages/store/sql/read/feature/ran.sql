-- Features with runs in a range, and whether any of them ended success or partial (1, 3): whole hours by the roll-up, edges
-- by the spans.
WITH used AS (
  SELECT s.feature_id, s.feature_status IN (1, 3) AS is_success
  FROM spans s
  WHERE s.start_time >= fa_time($from) AND s.start_time < fa_first_edge_end($from, $to, true) AND s.feature_id <> 0
  UNION ALL
  SELECT s.feature_id, s.feature_status IN (1, 3)
  FROM spans s
  WHERE s.start_time >= fa_last_edge_start($from, $to, true) AND s.start_time < fa_time($to) AND s.feature_id <> 0
  UNION ALL
  SELECT h.feature_id, h.feature_status IN (1, 3)
  FROM feature_hour h
  WHERE h.hour >= fa_whole_from($from, $to, true) AND h.hour < fa_whole_to($from, $to, true)
)
SELECT v.text AS feature, bool_or(is_success) AS succeeded
FROM used JOIN vocabulary v ON v.id = used.feature_id
GROUP BY v.text
ORDER BY v.text
