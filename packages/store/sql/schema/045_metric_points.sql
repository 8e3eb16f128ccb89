-- One row a data point of any type; fixed width only, texts are ids, so a point costs a fraction of a span.
CREATE TABLE IF NOT EXISTS hot_metric_points (
  time TIMESTAMP_NS NOT NULL,
  -- 1970-01-01: none was sent.
  start_time TIMESTAMP_NS NOT NULL,
  received_time TIMESTAMP_NS NOT NULL,
  -- Unique over the records of all signals, counts up in the order of landing.
  seq UBIGINT NOT NULL,
  metric_id UINTEGER NOT NULL,
  resource_id UINTEGER NOT NULL,
  scope_id UINTEGER NOT NULL,
  attribute_set_id UBIGINT NOT NULL,
  -- As sent; bit 0 is "no recorded value".
  flags UINTEGER NOT NULL,
  -- Bits, see src/marks.ts.
  marks UINTEGER NOT NULL,
  -- 0 none (a distribution, or nothing), 1 integer, 2 double.
  value_kind UTINYINT NOT NULL,
  -- The integer to its last digit.
  int_value BIGINT NOT NULL,
  -- The number as a double, whichever kind it was.
  value DOUBLE NOT NULL
);
