-- As attribute_slice, of log records and log_filter.
CREATE TABLE IF NOT EXISTS log_slice (
  slice UBIGINT NOT NULL,
  probe UBIGINT NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL
);
