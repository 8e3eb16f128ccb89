-- The files of the archive: rows that have left the hot_ tables for them. A file that is not listed here is not there.
CREATE TABLE IF NOT EXISTS archive_files (
  -- The view that it is part of.
  table_name VARCHAR NOT NULL,
  -- Path below the archive folder.
  file VARCHAR NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL,
  -- Largest seq of its rows: new records must have larger ones.
  last_seq UBIGINT NOT NULL,
  rows UBIGINT NOT NULL,
  bytes UBIGINT NOT NULL,
  sha256 VARCHAR NOT NULL,
  archived TIMESTAMP_NS NOT NULL
);
