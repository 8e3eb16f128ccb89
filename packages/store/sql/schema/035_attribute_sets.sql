-- Attribute sets of data points, one row each distinct one: points repeat them from export to export, so a point holds 8 bytes
-- instead of a text.
CREATE TABLE IF NOT EXISTS attribute_sets (
  id UBIGINT NOT NULL,
  hash UBIGINT NOT NULL,
  content VARCHAR NOT NULL
);
