/** The tables of operations: each column's name and physical kind, in the order of the SQL table. */
import type { TableDefinition } from './table-definition.ts';

/** Operations that are over. Unknown texts are empty, an unknown `pid` is 0, unknown counts are NaN. */
export const OPERATIONS = {
  name: 'operations',
  columns: {
    id: 'text',
    feature: 'text',
    service: 'text',
    component: 'text',
    category: 'text',
    instance: 'text',
    host: 'text',
    pid: 'u32',
    parent_id: 'text',
    session: 'text',
    user: 'text',
    trace_id: 'text',
    description: 'text',
    start_time: 'time',
    end_time: 'time',
    active_ns: 'i64',
    paused_ns: 'i64',
    outcome: 'text',
    error_type: 'text',
    reason: 'text',
    message: 'text',
    current: 'f64',
    total: 'f64',
    unit: 'text',
    notes: 'u32',
    worst_health: 'text',
    last_seq: 'id',
    state: 'text',
  },
} as const satisfies TableDefinition;

/** Operations that are under way. */
export const LIVE_OPERATIONS = {
  name: 'live_operations',
  columns: { id: 'text', state: 'text' },
} as const satisfies TableDefinition;
