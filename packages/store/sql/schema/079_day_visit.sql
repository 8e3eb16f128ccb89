-- All sessions of a day of feature_day: tells whether a session of today was there before without a look at the hours of a month.
CREATE TABLE IF NOT EXISTS day_visit (
  day UINTEGER NOT NULL,
  session_id UBIGINT NOT NULL
);
