-- Sessions that last over midnight or come back: all of their days. A session of a day of feature_day that no feature has
-- in here is of no other day of feature_day. Feature 0 is all features together, and has all sessions of each day, those
-- of one day too: whether a session of today was there before must not take a look at the hours of a month.
CREATE TABLE IF NOT EXISTS day_session (
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL
);
