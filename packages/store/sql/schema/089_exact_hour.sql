-- What does not add up of the runs of an hour (UTC) that is over, by feature: made by upkeep of single runs. Nothing here is
-- ever mended: a row holds while the hour has as many runs of the feature in feature_hour as in here, since runs are only
-- added, and is as good as none otherwise. Feature 0 is all features together.
CREATE TABLE IF NOT EXISTS exact_hour (
  -- Hours since 1970.
  hour UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  runs UBIGINT NOT NULL,
  -- Distinct ones.
  users UBIGINT NOT NULL,
  sessions UBIGINT NOT NULL,
  -- Exact percentiles of the durations, linear between ranks; NULL where no run is timed.
  p50_ns DOUBLE,
  p95_ns DOUBLE,
  p99_ns DOUBLE
);
