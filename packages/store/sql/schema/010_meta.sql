-- One row that says what this file is.
CREATE TABLE IF NOT EXISTS meta (
  -- Counts up with every change of a table; see src/migrate.ts.
  schema_version UINTEGER NOT NULL,
  -- Digest of the macros and views as they were last created; they are replaced whenever it differs.
  views_digest VARCHAR NOT NULL,
  -- Key of the text hashes in the dictionaries: random, so that nobody can prepare texts that collide.
  hash_seed UINTEGER NOT NULL,
  created TIMESTAMP_NS NOT NULL
);
