/** The registry of questions: every SQL file under `sql/read` with its parameter and row types. */
import { SPAN_EXTRAS, SPANS } from './columns.ts';
import { DAY_QUERIES } from './day-queries.ts';
import { ENTRY_QUERIES } from './entry-queries.ts';
import { ERROR_QUERIES } from './error-queries.ts';
import { HEALTH_QUERIES } from './health-queries.ts';
import { LOG_QUERIES } from './log-queries.ts';
import { OPERATION_QUERIES } from './operation-queries.ts';
import { PLAN_QUERIES } from './plan-queries.ts';
import { QUALITY_QUERIES } from './quality-queries.ts';
import { defineQueries, type ParamsOf, type RowOf } from './query.ts';
import { RESOURCE_QUERIES } from './resource-queries.ts';
import { FEATURE_NUMBERS, ROLLED_FILTER, RUN_FILTER, RUN_NUMBERS } from './run-columns.ts';
import { SERVICE_QUERIES } from './service-queries.ts';
import { SESSION_QUERIES } from './session-queries.ts';
import { SUMMARY_QUERIES } from './summary-queries.ts';
import { TRAINING_QUERIES } from './training-queries.ts';

/** How time is cut: slots of equal width from origin on, and the bucket that each slot belongs to. */
const BUCKETS = { origin: 'ns', width: 'ns', buckets: 'texts' } as const;

/** The whole hours of a range, since 1970, the second one not included; both the same where there are none. */
const WHOLE_HOURS = { fromHour: 'int', toHour: 'int' } as const;

/**
 * One entry a file: `'topic/question'` stands in `sql/read/topic/question.sql`. A missing file, a file without an
 * entry, and a `$name` on one side only stop the opening of the store.
 */
export const queries = defineQueries({
  'feature/table': { params: RUN_FILTER, row: FEATURE_NUMBERS },
  'feature/trend': {
    params: { ...RUN_FILTER, ...BUCKETS },
    row: { feature: 'text', bucket: 'int', runs: 'int' },
  },
  'feature/count': { params: RUN_FILTER, row: { features: 'int' } },
  'feature/ran': {
    params: { from: 'ns', to: 'ns' },
    row: { feature: 'text', succeeded: 'bool' },
  },
  'feature/all-time': {
    params: { feature: 'text' },
    row: { runs: 'int', firstSeen: 'ns', lastSeen: 'ns', category: 'text?', component: 'text?' },
  },
  'feature/errors': {
    params: RUN_FILTER,
    row: { errorType: 'text?', runs: 'int', lastSeen: 'ns', message: 'text?', traceId: 'text' },
  },
  'feature/shares': {
    params: { ...RUN_FILTER, by: 'text' },
    row: { value: 'text?', runs: 'int' },
  },
  'feature/histogram': {
    params: { ...RUN_FILTER, lastNs: 'texts' },
    row: { lastNs: 'ns', runs: 'int' },
  },
  'run/series': {
    params: { ...RUN_FILTER, ...BUCKETS, by: 'text?', top: 'int' },
    row: { bucket: 'int', rank: 'int?', value: 'text?', ...RUN_NUMBERS },
  },
  'run/hours': {
    params: { ...ROLLED_FILTER, ...BUCKETS, by: 'text?', top: 'int' },
    row: { bucket: 'int', rank: 'int?', value: 'text?', ...RUN_NUMBERS },
  },
  'run/exact-hours': {
    params: {
      from: 'ns',
      to: 'ns',
      ...WHOLE_HOURS,
      feature: 'text?',
      status: 'int?',
      ...BUCKETS,
      by: 'text?',
      top: 'int',
    },
    row: { bucket: 'int', rank: 'int?', value: 'text?', ...RUN_NUMBERS },
  },
  'run/removed': {
    params: ROLLED_FILTER,
    row: {
      /** Raw rows that start before have been removed; 0 when none were. */
      since: 'ns',
      inWholeHours: 'bool',
      inCutHours: 'bool',
    },
  },
  'record/list': {
    params: {
      ...RUN_FILTER,
      user: 'text?',
      session: 'text?',
      errorType: 'text?',
      minDurationNs: 'ns?',
      before: 'ns?',
      limit: 'int',
    },
    row: {
      seq: 'ns',
      traceId: 'text',
      spanId: 'text',
      feature: 'text',
      category: 'text?',
      component: 'text?',
      version: 'text?',
      service: 'text?',
      status: 'int',
      tier: 'int',
      startTime: 'ns',
      durationNs: 'ns',
      untimed: 'bool',
      mapped: 'bool',
      inputSize: 'ns',
      outputSize: 'ns',
      iterations: 'int',
      efficiency: 'real?',
      user: 'text?',
      session: 'text?',
      errorType: 'text?',
      errorMessage: 'text?',
      attributes: 'json',
    },
  },
  ...HEALTH_QUERIES,
  ...LOG_QUERIES,
  'trace/list': {
    params: {
      from: 'ns',
      to: 'ns',
      service: 'text?',
      feature: 'text?',
      errors: 'bool?',
      minDurationNs: 'ns?',
      limit: 'int',
    },
    row: {
      traceId: 'text',
      root: 'text?',
      service: 'text?',
      startTime: 'ns',
      durationMs: 'real',
      spans: 'int',
      errors: 'int',
      services: 'int',
      features: 'json',
    },
  },
  'trace/range': {
    params: { traceId: 'text' },
    row: { from: 'ns?', last: 'ns?' },
  },
  'trace/spans': {
    files: { views: [SPANS.name, SPAN_EXTRAS.name] },
    params: { traceId: 'text', from: 'ns', last: 'ns', limit: 'int' },
    row: {
      seq: 'ns',
      spanId: 'text?',
      parentSpanId: 'text?',
      traceState: 'text?',
      flags: 'int',
      name: 'text?',
      kind: 'text?',
      service: 'text?',
      startTime: 'ns',
      durationNs: 'ns',
      status: 'text?',
      statusMessage: 'text?',
      feature: 'text?',
      featureStatus: 'text?',
      attributes: 'json',
      events: 'json',
      links: 'json',
      original: 'json?',
      droppedAttributes: 'int',
      droppedEvents: 'int',
      droppedLinks: 'int',
      marks: 'json',
      resource: 'json?',
      scope: 'json?',
    },
  },
  ...SERVICE_QUERIES,
  ...SESSION_QUERIES,
  ...SUMMARY_QUERIES,
  ...TRAINING_QUERIES,
  'metric/list': {
    params: { from: 'ns', to: 'ns', service: 'text?', limit: 'int' },
    row: {
      name: 'text',
      type: 'text?',
      unit: 'text?',
      description: 'text?',
      temporality: 'text?',
      monotonic: 'bool?',
      services: 'json',
      /** Different sets of attributes, counted once a resource. */
      series: 'int',
      points: 'int',
      firstSeen: 'ns',
      lastSeen: 'ns',
    },
  },
  'metric/points': {
    params: { from: 'ns', to: 'ns', name: 'text', service: 'text?', limit: 'int' },
    row: {
      seq: 'ns',
      type: 'text?',
      unit: 'text?',
      service: 'text?',
      time: 'ns',
      startTime: 'ns?',
      flags: 'int',
      /** Null where the number is not finite, too. */
      value: 'real?',
      intValue: 'ns?',
      attributes: 'json',
      distribution: 'json?',
      exemplars: 'json',
      original: 'json?',
    },
  },
  ...QUALITY_QUERIES,
  'name/known': { params: { kind: 'text', name: 'text' }, row: { known: 'bool' } },
  'name/unknown': {
    params: { features: 'texts', events: 'texts' },
    row: { kind: 'text', name: 'text' },
  },
  'name/properties': {
    params: { kind: 'text', names: 'texts', limit: 'int', most: 'int' },
    row: { name: 'text' },
  },
  'name/list': { params: { kind: 'text' }, row: { name: 'text' } },
  ...DAY_QUERIES,
  ...PLAN_QUERIES,
  ...RESOURCE_QUERIES,
  ...OPERATION_QUERIES,
  ...ERROR_QUERIES,
  ...ENTRY_QUERIES,
  'system/size': { params: {}, row: { sizeBytes: 'int', memoryBytes: 'int' } },
  'system/counts': {
    params: {},
    row: {
      spans: 'int',
      runs: 'int',
      features: 'int',
      services: 'int',
      logs: 'int',
      firstSeen: 'ns?',
      lastSeen: 'ns?',
    },
  },
  'system/tables': { params: {}, row: { table: 'text', rows: 'int' } },
});

export type QueryName = keyof typeof queries;
export type QueryParams<Name extends QueryName> = ParamsOf<(typeof queries)[Name]['params']>;
export type QueryRow<Name extends QueryName> = RowOf<(typeof queries)[Name]['row']>;
