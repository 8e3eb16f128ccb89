-- What a day (UTC) that is over adds up to, by feature, for questions over many runs: made by upkeep of the roll-ups by hour.
-- A day holds while the runs in day_run are those of feature_hour, which fa_stale_days tells: after late ones it is read by
-- the hour until upkeep has made it anew. Feature 0 is all features together.
CREATE TABLE IF NOT EXISTS feature_day (
  -- Days since 1970.
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  -- Distinct sessions of the day. Those of several days are their sum without what day_session says twice.
  sessions UBIGINT NOT NULL
);
