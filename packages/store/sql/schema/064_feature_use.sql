-- The archived runs of features, in the columns that most questions ask for: exactly those of the archived files of spans,
-- so that hot_spans and this are all runs (view run_uses). By feature within a day and so many times as fast to read as the
-- archive, where they lie by trace: a scan of 10 million takes 60 instead of 340 ms, one feature in sixty of them 30. Costs
-- 21 bytes a run, and goes with its file.
CREATE TABLE IF NOT EXISTS feature_use (
  -- As in spans.
  start_time TIMESTAMP_NS NOT NULL,
  duration_ns BIGINT NOT NULL,
  seq UBIGINT NOT NULL,
  feature_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL,
  user_id UBIGINT NOT NULL,
  marks UINTEGER NOT NULL,
  feature_status UTINYINT NOT NULL
);
