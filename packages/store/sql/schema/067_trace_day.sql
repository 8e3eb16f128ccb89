-- On which days (UTC) the traces of the archive have spans, so that one by id is read from the files of its day
-- alone. Sorted within a day, so that the differences of neighbours are what is stored: 3 bytes a row of random ids.
CREATE TABLE IF NOT EXISTS trace_day (
  -- fa_trace_tail of the id. Other traces may share it, and then more files are looked at.
  tail UINTEGER NOT NULL,
  -- Days since 1970.
  day UINTEGER NOT NULL
);
