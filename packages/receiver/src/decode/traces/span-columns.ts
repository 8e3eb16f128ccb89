/** Word offsets of the span columns in the batch that is open, as plain fields: a row is some forty stores. */
import type { Batch, SPANS } from '@heartwood/store/batch';

type SpanColumn = keyof (typeof SPANS)['columns'];

/** Index of row 0 of each column in `words`; of `doubles` for the score, of `bytes` for the one-byte columns. */
export type SpanColumns = Readonly<Record<SpanColumn, number>>;

export function spanColumns(batch: Batch): SpanColumns {
  const { offset } = batch.spans;
  return {
    start_time: offset.start_time >> 2,
    duration_ns: offset.duration_ns >> 2,
    received_time: offset.received_time >> 2,
    seq: offset.seq >> 2,
    trace_id: offset.trace_id >> 2,
    span_id: offset.span_id >> 2,
    parent_span_id: offset.parent_span_id >> 2,
    resource_id: offset.resource_id >> 2,
    scope_id: offset.scope_id >> 2,
    name_id: offset.name_id >> 2,
    feature_id: offset.feature_id >> 2,
    category_id: offset.category_id >> 2,
    component_id: offset.component_id >> 2,
    version_id: offset.version_id >> 2,
    error_type_id: offset.error_type_id >> 2,
    session_id: offset.session_id >> 2,
    user_id: offset.user_id >> 2,
    kind: offset.kind >> 2,
    status_code: offset.status_code >> 2,
    flags: offset.flags >> 2,
    marks: offset.marks >> 2,
    feature_status: offset.feature_status,
    tier: offset.tier,
    efficiency: offset.efficiency >> 3,
    iterations: offset.iterations >> 2,
    input_size: offset.input_size >> 2,
    output_size: offset.output_size >> 2,
    attributes: offset.attributes,
  };
}
