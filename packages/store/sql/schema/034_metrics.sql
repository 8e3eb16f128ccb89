-- Metrics, one row each distinct descriptor; content is {"name":…,"description":…,"unit":…,"metadata":{…}}.
CREATE TABLE IF NOT EXISTS metrics (
  id UINTEGER NOT NULL,
  hash UBIGINT NOT NULL,
  -- The name in vocabulary.
  name_id UBIGINT NOT NULL,
  -- Field number in Metric.data: 5 gauge, 7 sum, 9 histogram, 10 exponential histogram, 11 summary, 0 none.
  type UTINYINT NOT NULL,
  -- 1 delta, 2 cumulative, 0 unspecified or not applicable; other numbers as sent.
  temporality INTEGER NOT NULL,
  monotonic UTINYINT NOT NULL,
  content VARCHAR NOT NULL
);
