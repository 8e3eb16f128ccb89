-- Sessions that used a feature on a day of feature_day without a user, and so count as users themselves. Feature 0 is all
-- features together.
CREATE TABLE IF NOT EXISTS day_guest (
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  session_id UBIGINT NOT NULL
);
