-- How far the journal has landed; written in the transaction that lands the rows, so that replay is exactly-once.
CREATE TABLE IF NOT EXISTS landed_position (
  record UBIGINT NOT NULL,
  rows UINTEGER NOT NULL
);
