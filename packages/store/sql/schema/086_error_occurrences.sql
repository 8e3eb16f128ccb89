-- Records that tell of an error, one row each, with ids as in logs and spans. Goes with the raw data of its day.
CREATE TABLE IF NOT EXISTS error_occurrences (
  time TIMESTAMP_NS NOT NULL,
  fingerprint UBIGINT NOT NULL,
  -- 0: a log record, 1: a run.
  source UINTEGER NOT NULL,
  seq UBIGINT NOT NULL,
  -- What a log record and a run of one span tell with one fingerprint is one occurrence.
  trace_id UUID NOT NULL,
  span_id UBIGINT NOT NULL,
  resource_id UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  component_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL,
  user_id UBIGINT NOT NULL
);
