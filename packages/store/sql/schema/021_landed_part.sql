-- The request that landed_position stands within: a row while there is one.
CREATE TABLE IF NOT EXISTS landed_part (
  -- Version of the decoder that made its rows; another one may make others, so that their number means nothing to it.
  decoder UINTEGER NOT NULL,
  -- seq of the first of them.
  first_seq UBIGINT NOT NULL
);
