-- Operations that are over, one row each. What is not known is an empty text, 0, or NaN where 0 is a count.
CREATE TABLE IF NOT EXISTS operations (
  id VARCHAR NOT NULL,
  feature VARCHAR NOT NULL,
  service VARCHAR NOT NULL,
  component VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  instance VARCHAR NOT NULL,
  host VARCHAR NOT NULL,
  pid UINTEGER NOT NULL,
  parent_id VARCHAR NOT NULL,
  session VARCHAR NOT NULL,
  "user" VARCHAR NOT NULL,
  trace_id VARCHAR NOT NULL,
  description VARCHAR NOT NULL,
  start_time TIMESTAMP_NS NOT NULL,
  -- Of what was lost, the last that was heard of it.
  end_time TIMESTAMP_NS NOT NULL,
  -- Without its pauses.
  active_ns BIGINT NOT NULL,
  paused_ns BIGINT NOT NULL,
  -- A status of runs, or lost.
  outcome VARCHAR NOT NULL,
  error_type VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  message VARCHAR NOT NULL,
  "current" DOUBLE NOT NULL,
  total DOUBLE NOT NULL,
  unit VARCHAR NOT NULL,
  -- Bits: what was odd about it.
  notes UINTEGER NOT NULL,
  worst_health VARCHAR NOT NULL,
  -- seq of the last record that told of it.
  last_seq UBIGINT NOT NULL,
  -- JSON: all that its events told, so that late ones can be added.
  state VARCHAR NOT NULL USING COMPRESSION zstd
);
