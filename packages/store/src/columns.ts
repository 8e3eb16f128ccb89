/** The tables that batches land in: each column's name, physical kind and source, in the order of the SQL table. */
import {
  ATTRIBUTE_SETS,
  EXEMPLARS,
  METRICS,
  METRIC_DISTRIBUTIONS,
  METRIC_POINTS,
} from './metric-columns.ts';
import type { TableDefinition } from './table-definition.ts';

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

/**
 * One row a log record or event. `time` is the record's time, else when it was observed, else when it was received, as
 * `MARK` tells. `body` is the text of a string body, or JSON where `MARK.JSON_BODY` says so.
 */
export const LOGS = {
  name: 'logs',
  columns: {
    time: 'time',
    observed_time: 'time',
    received_time: 'time',
    seq: 'id',
    trace_id: 'uuid',
    span_id: 'id',
    resource_id: 'u32',
    scope_id: 'u32',
    severity_number: 'i32',
    severity_text_id: 'id',
    event_name_id: 'id',
    feature_id: 'id',
    component_id: 'id',
    error_type_id: 'id',
    session_id: 'id',
    user_id: 'id',
    flags: 'u32',
    marks: 'u32',
    dropped_attributes: 'u32',
    body: 'text',
    attributes: 'text',
  },
} as const satisfies TableDefinition;

/** Times of log records and data points that had to be replaced, as sent: `original` is JSON of their OTLP names and values as strings. */
export const REPLACED_TIMES = {
  name: 'replaced_times',
  columns: {
    seq: 'id',
    time: 'time',
    original: 'text',
  },
} as const satisfies TableDefinition;

/** Texts that repeat by nature: names of spans, events and metrics, features, categories, components, versions, error types. */
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

/**
 * What events did that the tracking plan does not say, a row each request, event and kind of violation; `type` is the place
 * of its word in `VIOLATION_TYPES`, `record` the number of the request in the journal, `merged` is 0.
 */
export const PLAN_VIOLATION_HOUR = {
  name: 'plan_violation_hour',
  columns: {
    event_name_id: 'id',
    type: 'u8',
    path: 'text',
    schema_version: 'text',
    /** Hours since 1970. */
    hour: 'u32',
    records: 'u32',
    blocked: 'u32',
    first_time: 'time',
    last_time: 'time',
    sample_seq: 'id',
    record: 'id',
    merged: 'u8',
  },
} as const satisfies TableDefinition;

/** Every table that batches land in, in landing order: what is pointed to before what points. */
export const TABLES: readonly TableDefinition[] = [
  VOCABULARY,
  IDENTITIES,
  RESOURCES,
  SCOPES,
  METRICS,
  ATTRIBUTE_SETS,
  SPAN_EXTRAS,
  SPANS,
  LOGS,
  METRIC_DISTRIBUTIONS,
  EXEMPLARS,
  METRIC_POINTS,
  REPLACED_TIMES,
  PLAN_VIOLATION_HOUR,
  REQUESTS,
];
