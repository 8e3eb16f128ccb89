-- Slices of 16,384 numbers of rows, hot or archived, whose attributes are in attribute_filter. No row is ever added to one
-- that is here; runs of those that are not are read by every search.
CREATE TABLE IF NOT EXISTS attribute_slice (
  -- seq // 16384.
  slice UBIGINT NOT NULL,
  -- The hash of a fixed text, by the engine that wrote the filter: another engine may hash otherwise. 0: has no filter.
  probe UBIGINT NOT NULL,
  -- Of its runs; both 1970 where there are none.
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL
);
