-- Sessions that last over midnight or come back: all of their days. A session of a day of feature_day that is not in here
-- is of no other day of feature_day. Feature 0 is all features together.
CREATE TABLE IF NOT EXISTS day_session (
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL
);
