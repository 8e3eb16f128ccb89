-- What only some spans have, apart so that the many without it pay nothing: a VARCHAR column costs as much as 3 to 12 integers.
-- Empty text means none; original holds the values that were clamped.
CREATE TABLE IF NOT EXISTS hot_span_extras (
  seq UBIGINT NOT NULL,
  start_time TIMESTAMP_NS NOT NULL,
  status_message VARCHAR NOT NULL,
  trace_state VARCHAR NOT NULL,
  events VARCHAR NOT NULL,
  links VARCHAR NOT NULL,
  original VARCHAR NOT NULL,
  dropped_attributes UINTEGER NOT NULL,
  dropped_events UINTEGER NOT NULL,
  dropped_links UINTEGER NOT NULL
);
