-- One row once the roll-ups hold what spans holds; none means that they have to be built.
CREATE TABLE IF NOT EXISTS rollup_state (
  -- Runs up to this seq, which counts up in the order of landing, are in actor_hour and active_day; later ones lie in hot_spans.
  actor_seq UBIGINT NOT NULL,
  -- Spans that start before have been removed, so roll-ups of earlier hours can no longer be built anew.
  raw_since TIMESTAMP_NS NOT NULL
);
