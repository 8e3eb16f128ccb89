-- Texts that repeat by nature: names, features, categories, components, versions, error types, services.
-- An id with the top bit set is the hash of a text that came after the dictionary was full. Ids are unique: landing sees to it.
CREATE TABLE IF NOT EXISTS vocabulary (
  id UBIGINT NOT NULL,
  hash UBIGINT NOT NULL,
  text VARCHAR NOT NULL
);
