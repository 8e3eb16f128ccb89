-- In which hours (UTC) the traces of the archive have spans, so that one by id is read from the row groups of its hour
-- alone. Sorted within an hour, so that the differences of neighbours are what is stored: 3 bytes a row of random ids.
CREATE TABLE IF NOT EXISTS trace_hour (
  -- fa_trace_tail of the id. Other traces may share it, and then more files are looked at.
  tail UINTEGER NOT NULL,
  -- Hours since 1970.
  hour UINTEGER NOT NULL
);
