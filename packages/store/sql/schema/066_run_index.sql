-- One row once feature_use holds the runs of the archive: of which files, as a digest of their names. Where it
-- is another, they are built anew at the next opening.
CREATE TABLE IF NOT EXISTS run_index (
  files VARCHAR NOT NULL
);
