-- On which days (UTC) somebody ran any feature: a twentieth of the number of runs. Holds the runs up to rollup_state.actor_seq,
-- archived or not, and goes with them; later ones lie in hot_spans. Additive: what is summed at different times has a row each.
CREATE TABLE IF NOT EXISTS active_day (
  -- As fa_actor says it; 0 for runs of nobody.
  actor_id UBIGINT NOT NULL,
  -- Days since 1970.
  day UINTEGER NOT NULL,
  runs UINTEGER NOT NULL,
  -- Runs that end before they start, those of senders that leave out others, and sampled ones (marks 0, 17 and 23).
  untimed UINTEGER NOT NULL,
  filtered UINTEGER NOT NULL,
  sampled UINTEGER NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  -- The run that landed last.
  last_seq UBIGINT NOT NULL,
  merged BOOLEAN NOT NULL
);
