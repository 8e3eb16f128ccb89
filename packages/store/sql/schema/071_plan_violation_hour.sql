-- What events did that the tracking plan does not say, by hour of receipt. Additive: every request appends what it adds, and
-- upkeep merges the rows of an hour now and then; sum what you read. It goes with the raw data of its hours.
CREATE TABLE IF NOT EXISTS plan_violation_hour (
  event_name_id UBIGINT NOT NULL,
  -- Number of the kind of violation, from 0 in the order of VIOLATION_TYPES in semconv/src/plan/violation.ts.
  type UTINYINT NOT NULL,
  -- The property, such as items[].price; empty for the event itself.
  path VARCHAR NOT NULL,
  -- Of the schema that was asked; empty for an event that is not planned.
  schema_version VARCHAR NOT NULL,
  -- Hours since 1970, of the receipt of the request.
  hour UINTEGER NOT NULL,
  -- Events that did it, and those of them that were not stored because of it.
  records UINTEGER NOT NULL,
  blocked UINTEGER NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL,
  -- seq of one that was stored, 0 for none.
  sample_seq UBIGINT NOT NULL,
  -- Number of the request in the journal, the latest of them; a request that is taken back takes its rows with it.
  record UBIGINT NOT NULL,
  -- 0: added by a request and not merged yet.
  merged UTINYINT NOT NULL
);
