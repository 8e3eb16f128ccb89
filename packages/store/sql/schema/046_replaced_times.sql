-- Times of log records and data points that were absurd and were replaced, as they were sent; joined on seq.
CREATE TABLE IF NOT EXISTS hot_replaced_times (
  seq UBIGINT NOT NULL,
  time TIMESTAMP_NS NOT NULL,
  original VARCHAR NOT NULL
);
