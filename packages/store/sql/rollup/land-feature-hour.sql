-- Appends what the batch adds; sums of 64-bit numbers come by word, because JavaScript sums them so.
INSERT INTO feature_hour
SELECT
  feature_id, category_id, component_id, hour, feature_status,
  runs, untimed, filtered, nobody,
  excellent, good, acceptable, slow, very_slow,
  scored, efficiency,
  duration_high::HUGEINT * 4294967296 + duration_low,
  input_high::HUGEINT * 4294967296 + input_low,
  output_high::HUGEINT * 4294967296 + output_low,
  first_time, last_time, last_seq,
  false
FROM batch_feature_hour()
