-- What histograms, exponential histograms and summaries have beyond a data point; joined on seq. Buckets stand as sent.
CREATE TABLE IF NOT EXISTS hot_metric_distributions (
  seq UBIGINT NOT NULL,
  time TIMESTAMP_NS NOT NULL,
  count UBIGINT NOT NULL,
  -- Which optional numbers were sent: 1 sum, 2 min, 4 max.
  given UTINYINT NOT NULL,
  sum DOUBLE NOT NULL,
  min DOUBLE NOT NULL,
  max DOUBLE NOT NULL,
  bounds DOUBLE[] NOT NULL,
  bucket_counts UBIGINT[] NOT NULL,
  scale INTEGER NOT NULL,
  zero_count UBIGINT NOT NULL,
  zero_threshold DOUBLE NOT NULL,
  positive_offset INTEGER NOT NULL,
  positive_counts UBIGINT[] NOT NULL,
  negative_offset INTEGER NOT NULL,
  negative_counts UBIGINT[] NOT NULL,
  quantiles DOUBLE[] NOT NULL,
  quantile_values DOUBLE[] NOT NULL
);
