-- One row a log record or event. Ids of texts as in spans: 0 is none, session and user in identities, the others in vocabulary.
CREATE TABLE IF NOT EXISTS hot_logs (
  -- When it happened; where the sender did not say, when it was observed or received. Bits of marks tell.
  time TIMESTAMP_NS NOT NULL,
  observed_time TIMESTAMP_NS NOT NULL,
  received_time TIMESTAMP_NS NOT NULL,
  -- Unique over the records of all signals, counts up in the order of landing.
  seq UBIGINT NOT NULL,
  -- All zero: belongs to no trace.
  trace_id UUID NOT NULL,
  span_id UBIGINT NOT NULL,
  resource_id UINTEGER NOT NULL,
  scope_id UINTEGER NOT NULL,
  severity_number INTEGER NOT NULL,
  severity_text_id UBIGINT NOT NULL,
  event_name_id UBIGINT NOT NULL,
  feature_id UBIGINT NOT NULL,
  component_id UBIGINT NOT NULL,
  error_type_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL,
  user_id UBIGINT NOT NULL,
  flags UINTEGER NOT NULL,
  -- Bits, see src/marks.ts.
  marks UINTEGER NOT NULL,
  dropped_attributes UINTEGER NOT NULL,
  -- A string as it is, anything else as JSON; a bit of marks tells which.
  body VARCHAR NOT NULL USING COMPRESSION zstd,
  attributes VARCHAR NOT NULL USING COMPRESSION zstd
);
