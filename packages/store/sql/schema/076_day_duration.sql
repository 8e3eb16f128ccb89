-- How the durations of timed runs of a day of feature_day are spread, in the buckets of feature_duration. Feature 0 is all
-- features together.
CREATE TABLE IF NOT EXISTS day_duration (
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  bucket USMALLINT NOT NULL,
  runs UBIGINT NOT NULL
);
