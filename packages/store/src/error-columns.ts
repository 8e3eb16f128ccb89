/** The tables of errors: each column's name and physical kind, in the order of the SQL table. */
import type { TableDefinition } from './table-definition.ts';

/** Kinds of errors; unknown texts are empty. */
export const ERROR_GROUPS = {
  name: 'error_groups',
  columns: {
    fingerprint: 'id',
    first_time: 'time',
    last_time: 'time',
    version: 'u32',
    title: 'text',
    error_type: 'text',
    template: 'text',
    stack_top: 'text',
    category: 'text',
    code: 'text',
    message: 'text',
    object: 'text',
  },
} as const satisfies TableDefinition;

/** Records that tell of an error. */
export const ERROR_OCCURRENCES = {
  name: 'error_occurrences',
  columns: {
    time: 'time',
    fingerprint: 'id',
    source: 'u32',
    seq: 'id',
    trace_id: 'uuid',
    span_id: 'id',
    resource_id: 'u32',
    feature_id: 'id',
    component_id: 'id',
    session_id: 'id',
    user_id: 'id',
  },
} as const satisfies TableDefinition;
