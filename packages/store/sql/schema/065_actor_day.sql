-- On which days (UTC) somebody ran any feature, of the runs in feature_use: a twentieth of their number. Additive: a day
-- that was archived in several pieces has several rows for somebody.
CREATE TABLE IF NOT EXISTS actor_day (
  -- As fa_actor says it; 0 for runs of nobody.
  actor_id UBIGINT NOT NULL,
  -- Days since 1970.
  day UINTEGER NOT NULL,
  runs UINTEGER NOT NULL,
  -- Runs that end before they start, and those of senders that leave out others (marks 0 and 17).
  untimed UINTEGER NOT NULL,
  filtered UINTEGER NOT NULL,
  -- The run that landed last.
  last_seq UBIGINT NOT NULL
);
