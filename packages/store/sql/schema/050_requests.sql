-- Requests that were accepted, by the hash of their body: how a repeated one is known. Pruned to a day and a million.
CREATE TABLE IF NOT EXISTS requests (
  hash UUID NOT NULL,
  record UBIGINT NOT NULL,
  received_time TIMESTAMP_NS NOT NULL,
  signal UTINYINT NOT NULL,
  accepted UINTEGER NOT NULL,
  rejected UINTEGER NOT NULL,
  bytes UINTEGER NOT NULL
);
