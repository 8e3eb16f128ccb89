-- What the runs of a feature add up to, by hour: counts, sums, first and last. Additive: every batch appends what it adds,
-- late runs too, and upkeep merges the rows of an hour now and then. Read through the view feature_hours, or sum yourself.
CREATE TABLE IF NOT EXISTS feature_hour (
  -- Ids as in spans.
  feature_id UBIGINT NOT NULL,
  category_id UBIGINT NOT NULL,
  component_id UBIGINT NOT NULL,
  -- Hours since 1970, of the start of the runs.
  hour UINTEGER NOT NULL,
  feature_status UTINYINT NOT NULL,
  runs UBIGINT NOT NULL,
  -- Runs whose end lies before their start (mark 0); they are in no number made of durations.
  untimed UBIGINT NOT NULL,
  -- Runs of senders that leave out others (mark 17): no rate can be made where there are some.
  filtered UBIGINT NOT NULL,
  -- Runs with neither user nor session.
  nobody UBIGINT NOT NULL,
  -- Timed runs by tier.
  excellent UBIGINT NOT NULL,
  good UBIGINT NOT NULL,
  acceptable UBIGINT NOT NULL,
  slow UBIGINT NOT NULL,
  very_slow UBIGINT NOT NULL,
  -- Runs with a finite efficiency, and the sum of those.
  scored UBIGINT NOT NULL,
  efficiency DOUBLE NOT NULL,
  -- Sums beyond 64 bits are possible where clocks are wrong; the duration is that of the timed runs.
  duration_ns HUGEINT NOT NULL,
  input_size HUGEINT NOT NULL,
  output_size HUGEINT NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL,
  -- The run that landed last.
  last_seq UBIGINT NOT NULL,
  -- False: added by a batch and not merged yet.
  merged BOOLEAN NOT NULL
);
