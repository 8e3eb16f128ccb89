/** What a receiver fills: loads no database. */
export { Batch, type LandedPart, type Position, ROW_GROUP_ROWS, START_POSITION } from './batch.ts';
export { ColumnBatch, type ColumnBatchParts, INLINE_TEXT_BYTES } from './column-batch.ts';
export {
  ATTRIBUTE_SETS,
  COLUMN_WIDTH_BYTES,
  type ColumnKind,
  type ColumnOf,
  EXEMPLARS,
  IDENTITIES,
  LOGS,
  METRIC_DISTRIBUTIONS,
  METRIC_POINTS,
  METRIC_TYPE,
  METRICS,
  PLAN_VIOLATION_HOUR,
  REPLACED_TIMES,
  REQUESTS,
  RESOURCES,
  SCOPES,
  SPAN_EXTRAS,
  SPANS,
  type TableDefinition,
  VOCABULARY,
} from './columns.ts';
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
