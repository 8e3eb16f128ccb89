-- Kinds of errors, one row each, told apart by a fingerprint. They outlive the records that they were seen in, so that what
-- comes back is not taken for new. Unknown texts are empty.
CREATE TABLE IF NOT EXISTS error_groups (
  -- The first 64 bits of a hash; how it is made depends on version.
  fingerprint UBIGINT NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL,
  -- From here on as the record at last_time says.
  version UINTEGER NOT NULL,
  title VARCHAR NOT NULL,
  error_type VARCHAR NOT NULL,
  -- The message with all that varies taken out.
  template VARCHAR NOT NULL,
  -- The innermost call of the app.
  stack_top VARCHAR NOT NULL,
  category VARCHAR NOT NULL,
  code VARCHAR NOT NULL,
  message VARCHAR NOT NULL,
  -- The thing that it is about, such as a host or a path.
  object VARCHAR NOT NULL
);
