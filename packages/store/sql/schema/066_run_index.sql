-- One row once feature_use and actor_day hold the runs of the archive: of which files, as a digest of their names. Where it
-- is another, they are built anew at the next opening.
CREATE TABLE IF NOT EXISTS run_index (
  files VARCHAR NOT NULL
);
