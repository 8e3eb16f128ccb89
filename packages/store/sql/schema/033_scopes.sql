-- Instrumentation scopes, one row each distinct one; content is {"name":…,"version":…,"attributes":{…},"droppedAttributes":n,"schemaUrl":"…"}.
CREATE TABLE IF NOT EXISTS scopes (
  id UINTEGER NOT NULL,
  hash UBIGINT NOT NULL,
  content VARCHAR NOT NULL
);
