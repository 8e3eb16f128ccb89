/** The tables that batches land in: each column's name, physical kind and source, in the order of the SQL table. */

/**
 * Physical kinds and their width in a batch and in the database:
 * `uuid` 16 bytes (UUID: the 128-bit number, low word first, its top bit flipped), `id` 8 (UBIGINT), `time` 8 (TIMESTAMP_NS), `i64` 8 (BIGINT), `f64` 8 (DOUBLE),
 * `u32` 4 (UINTEGER), `i32` 4 (INTEGER), `u8` 1 (UTINYINT), `text` 16 (VARCHAR, a DuckDB string record).
 */
export type ColumnKind = 'uuid' | 'id' | 'time' | 'i64' | 'f64' | 'u32' | 'i32' | 'u8' | 'text';

export const COLUMN_WIDTH_BYTES: Readonly<Record<ColumnKind, number>> = {
  uuid: 16,
  id: 8,
  time: 8,
  i64: 8,
  f64: 8,
  u32: 4,
  i32: 4,
  u8: 1,
  text: 16,
};

/** A table that batches land in: its SQL name and its columns in order. */
export interface TableDefinition {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** Names of a table's columns. */
export type ColumnOf<T extends TableDefinition> = Extract<keyof T['columns'], string>;

/**
 * One row a span. Ids of texts point into `vocabulary` (names, features, ...) or `identities` (sessions, users);
 * 0 stands for "none". Absent numbers are 0, an absent score is NaN. What is rare stands in `span_extras`.
 */
export const SPANS = {
  name: 'spans',
  columns: {
    start_time: 'time',
    duration_ns: 'i64',
    received_time: 'time',
    seq: 'id',
    trace_id: 'uuid',
    span_id: 'id',
    parent_span_id: 'id',
    resource_id: 'u32',
    scope_id: 'u32',
    name_id: 'id',
    feature_id: 'id',
    category_id: 'id',
    component_id: 'id',
    version_id: 'id',
    error_type_id: 'id',
    session_id: 'id',
    user_id: 'id',
    kind: 'i32',
    status_code: 'i32',
    flags: 'u32',
    marks: 'u32',
    feature_status: 'u8',
    tier: 'u8',
    efficiency: 'f64',
    iterations: 'u32',
    input_size: 'i64',
    output_size: 'i64',
    attributes: 'text',
  },
} as const satisfies TableDefinition;

/**
 * What only some spans have; joined on `seq`. Events are `[{time, name, attributes?, droppedAttributes?}]` with `time` a
 * string of nanoseconds, links `[{traceId, spanId, traceState?, flags?, attributes?, droppedAttributes?}]`, `original` is
 * `{startTime, endTime}` as sent where a time was replaced; each is empty when there is nothing.
 */
export const SPAN_EXTRAS = {
  name: 'span_extras',
  columns: {
    seq: 'id',
    start_time: 'time',
    status_message: 'text',
    trace_state: 'text',
    events: 'text',
    links: 'text',
    original: 'text',
    dropped_attributes: 'u32',
    dropped_events: 'u32',
    dropped_links: 'u32',
  },
} as const satisfies TableDefinition;

/** Texts that repeat by nature: span names, features, categories, components, versions, error types. */
export const VOCABULARY = {
  name: 'vocabulary',
  columns: {
    id: 'id',
    hash: 'id',
    text: 'text',
  },
} as const satisfies TableDefinition;

/** Texts that name an actor: session ids, user hashes, user ids. */
export const IDENTITIES = {
  name: 'identities',
  columns: {
    id: 'id',
    hash: 'id',
    text: 'text',
  },
} as const satisfies TableDefinition;

/** Resources, one row each distinct one; `content` is JSON `{attributes, droppedAttributes, schemaUrl}`. */
export const RESOURCES = {
  name: 'resources',
  columns: {
    id: 'u32',
    hash: 'id',
    service_id: 'id',
    content: 'text',
  },
} as const satisfies TableDefinition;

/** Instrumentation scopes, one row each distinct one; `content` is JSON `{name, version, attributes, droppedAttributes, schemaUrl}`. */
export const SCOPES = {
  name: 'scopes',
  columns: {
    id: 'u32',
    hash: 'id',
    content: 'text',
  },
} as const satisfies TableDefinition;

/** Requests that were accepted: the hash by which a repeated one is known, and what came of it. */
export const REQUESTS = {
  name: 'requests',
  columns: {
    hash: 'uuid',
    record: 'id',
    received_time: 'time',
    signal: 'u8',
    accepted: 'u32',
    rejected: 'u32',
    bytes: 'u32',
  },
} as const satisfies TableDefinition;

/** Every table that batches land in, in landing order: what is pointed to before what points. */
export const TABLES: readonly TableDefinition[] = [
  VOCABULARY,
  IDENTITIES,
  RESOURCES,
  SCOPES,
  SPAN_EXTRAS,
  SPANS,
  REQUESTS,
];
