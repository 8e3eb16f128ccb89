-- One row a span. No primary key and no index: one on span_id halved the landing rate and added 39 bytes a row, while
-- zone maps on the nearly ordered start_time carry the questions. Span ids are not unique in real traces anyway
-- (client and server share one in the Zipkin model).
CREATE TABLE IF NOT EXISTS hot_spans (
  start_time TIMESTAMP_NS NOT NULL,
  -- Never negative: an end before its start is stored as 0 and marked.
  duration_ns BIGINT NOT NULL,
  received_time TIMESTAMP_NS NOT NULL,
  -- Unique, counts up in the order of landing.
  seq UBIGINT NOT NULL,
  trace_id UUID NOT NULL,
  span_id UBIGINT NOT NULL,
  parent_span_id UBIGINT NOT NULL,
  resource_id UINTEGER NOT NULL,
  scope_id UINTEGER NOT NULL,
  -- Ids of texts: 0 is none. name to error_type in vocabulary, session and user in identities.
  name_id UBIGINT NOT NULL,
  -- Not 0: the span is a run of this feature.
  feature_id UBIGINT NOT NULL,
  category_id UBIGINT NOT NULL,
  component_id UBIGINT NOT NULL,
  version_id UBIGINT NOT NULL,
  error_type_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL,
  user_id UBIGINT NOT NULL,
  kind INTEGER NOT NULL,
  status_code INTEGER NOT NULL,
  flags UINTEGER NOT NULL,
  -- Bits, see src/marks.ts.
  marks UINTEGER NOT NULL,
  feature_status UTINYINT NOT NULL,
  tier UTINYINT NOT NULL,
  -- NaN is none: NULLs would cost a validity mask a chunk.
  efficiency DOUBLE NOT NULL,
  iterations UINTEGER NOT NULL,
  input_size BIGINT NOT NULL,
  output_size BIGINT NOT NULL,
  -- What has no column of its own, as one JSON object. zstd, because the automatic choice needs twice the space and half
  -- as much CPU again on such text.
  attributes VARCHAR NOT NULL USING COMPRESSION zstd
);
