-- Who used a feature on a day of feature_day: a bit for each of 8,192 ids that follow one another, so that users of
-- several days or features are the bits of all of them, at a hundredth of the time that counting them takes. Ids that are
-- hashes are in day_far_user.
CREATE TABLE IF NOT EXISTS day_user (
  day UINTEGER NOT NULL,
  feature_id UBIGINT NOT NULL,
  -- The id of the user without its last 13 bits.
  chunk UINTEGER NOT NULL,
  -- Bits do not compress: that only made them take twice as long to read.
  users BIT NOT NULL USING COMPRESSION uncompressed
);
