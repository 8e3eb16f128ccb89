/** What a receiver fills: loads no database. */
export { Batch, type LandedPart, type Position, ROW_GROUP_ROWS, START_POSITION } from './batch.ts';
export { ColumnBatch, type ColumnBatchParts, INLINE_TEXT_BYTES } from './column-batch.ts';
export {
  IDENTITIES,
  LOGS,
  PLAN_VIOLATION_HOUR,
  REPLACED_TIMES,
  REQUESTS,
  RESOURCES,
  SCOPES,
  SPAN_EXTRAS,
  SPANS,
  VOCABULARY,
} from './columns.ts';
export {
  ATTRIBUTE_SETS,
  EXEMPLARS,
  METRIC_DISTRIBUTIONS,
  METRIC_POINTS,
  METRIC_TYPE,
  METRICS,
} from './metric-columns.ts';
export {
  COLUMN_WIDTH_BYTES,
  type ColumnKind,
  type ColumnOf,
  type TableDefinition,
} from './table-definition.ts';
export {
  Dictionary,
  type DictionaryEntries,
  type DictionaryOptions,
  hashText,
  NO_ENTRIES,
  textHash,
  writeText,
} from './dictionary.ts';
export { MARK } from './marks.ts';
