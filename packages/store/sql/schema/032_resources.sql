-- Resources, one row each distinct one; content is {"attributes":{…},"droppedAttributes":n,"schemaUrl":"…"}.
CREATE TABLE IF NOT EXISTS resources (
  id UINTEGER NOT NULL,
  hash UBIGINT NOT NULL,
  -- The service in vocabulary.
  service_id UBIGINT NOT NULL,
  content VARCHAR NOT NULL
);
