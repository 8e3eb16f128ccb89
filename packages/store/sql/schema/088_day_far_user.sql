-- Users of a day of feature_day whose ids are hashes, which lie too far apart for bits. Feature 0 is all features together.
CREATE TABLE IF NOT EXISTS day_far_user (
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  user_id UBIGINT NOT NULL
);
