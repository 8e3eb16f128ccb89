-- Exemplars of data points, joined on the seq of the point; a row each, so that they join to traces.
CREATE TABLE IF NOT EXISTS hot_exemplars (
  seq UBIGINT NOT NULL,
  time TIMESTAMP_NS NOT NULL,
  trace_id UUID NOT NULL,
  span_id UBIGINT NOT NULL,
  -- 0 none, 1 integer, 2 double.
  value_kind UTINYINT NOT NULL,
  int_value BIGINT NOT NULL,
  value DOUBLE NOT NULL,
  -- The filtered attributes.
  attributes VARCHAR NOT NULL
);
