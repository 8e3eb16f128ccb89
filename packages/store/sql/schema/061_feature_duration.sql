-- How the durations of timed runs are spread, by feature and hour: runs in each bucket of fa_duration_bucket, which is at
-- most 1/16 of its lower bound wide, so that the middle of a bucket is off by 3.2 % at most. Additive, as feature_hour.
CREATE TABLE IF NOT EXISTS feature_duration (
  feature_id UBIGINT NOT NULL,
  category_id UBIGINT NOT NULL,
  component_id UBIGINT NOT NULL,
  hour UINTEGER NOT NULL,
  feature_status UTINYINT NOT NULL,
  bucket USMALLINT NOT NULL,
  runs UBIGINT NOT NULL,
  merged BOOLEAN NOT NULL
);
