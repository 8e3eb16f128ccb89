-- Texts that name an actor: session ids, user hashes, user ids. A table of its own, because it grows with users and not with code.
CREATE TABLE IF NOT EXISTS identities (
  id UBIGINT NOT NULL,
  hash UBIGINT NOT NULL,
  text VARCHAR NOT NULL
);
