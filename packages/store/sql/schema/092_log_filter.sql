-- Which words the log records of a slice may have in their bodies and attributes, so that a search for a text reads no others:
-- a Bloom filter in 32 parts as attribute_filter, over every 3 and every 6 letters or digits that stand together, in lower
-- case. 4 bytes a record.
CREATE TABLE IF NOT EXISTS log_filter (
  slice UBIGINT NOT NULL,
  part UTINYINT NOT NULL,
  bits BIT NOT NULL USING COMPRESSION uncompressed
);
