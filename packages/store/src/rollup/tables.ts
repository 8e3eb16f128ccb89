/** What a batch adds to the roll-ups, in columns as they cross into the database. */
import type { TableDefinition } from '../table-definition.ts';

/**
 * Numbers of the runs of one feature, category, component, hour and status. A sum of 64-bit numbers comes in two parts,
 * that of the high and that of the low words, because it may need more than 64 bits.
 */
export const FEATURE_HOUR = {
  name: 'feature_hour',
  columns: {
    feature_id: 'id',
    category_id: 'id',
    component_id: 'id',
    /** Hours since 1970. */
    hour: 'u32',
    feature_status: 'u8',
    runs: 'u32',
    untimed: 'u32',
    filtered: 'u32',
    nobody: 'u32',
    excellent: 'u32',
    good: 'u32',
    acceptable: 'u32',
    slow: 'u32',
    very_slow: 'u32',
    duration_high: 'i64',
    duration_low: 'i64',
    scored: 'u32',
    efficiency: 'f64',
    input_high: 'i64',
    input_low: 'i64',
    output_high: 'i64',
    output_low: 'i64',
    first_time: 'time',
    last_time: 'time',
    last_seq: 'id',
  },
} as const satisfies TableDefinition;

/** Timed runs of one feature, category, component, hour and status whose duration falls into one bucket. */
export const FEATURE_DURATION = {
  name: 'feature_duration',
  columns: {
    feature_id: 'id',
    category_id: 'id',
    component_id: 'id',
    hour: 'u32',
    feature_status: 'u8',
    bucket: 'u32',
    runs: 'u32',
  },
} as const satisfies TableDefinition;
