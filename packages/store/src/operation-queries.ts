/** Questions about operations: as they are kept, and the records that tell of them; part of the registry of questions. */
import type { QueryDefinitions } from './query.ts';

/** An operation as it is kept. */
const OPERATION = {
  id: 'text',
  feature: 'text',
  service: 'text',
  component: 'text?',
  category: 'text?',
  instance: 'text?',
  host: 'text?',
  pid: 'int?',
  parentId: 'text?',
  session: 'text?',
  user: 'text?',
  traceId: 'text?',
  description: 'text?',
  startTime: 'ns',
  endTime: 'ns?',
  activeNs: 'ns',
  pausedNs: 'ns',
  outcome: 'text?',
  errorType: 'text?',
  reason: 'text?',
  message: 'text?',
  current: 'real?',
  total: 'real?',
  unit: 'text?',
  notes: 'int',
  worstHealth: 'text',
  lastSeq: 'ns',
} as const;

/** A record that tells of an operation. */
const EVENT = {
  seq: 'ns',
  time: 'ns',
  receivedTime: 'ns',
  event: 'text',
  feature: 'text?',
  service: 'text?',
  instance: 'text?',
  host: 'text?',
  pid: 'int?',
  component: 'text?',
  session: 'text?',
  user: 'text?',
  traceId: 'text?',
  errorType: 'text?',
  /** JSON of those that stand in no column of their own, not parsed: a restart reads very many. */
  attributes: 'text',
} as const;

export const OPERATION_QUERIES = {
  /** What was in memory when it was written last. */
  'operation/live': { params: {}, row: { id: 'text', state: 'text' } },
  /** What records up to this one told stands in the tables of operations; 0 before there was any. */
  'operation/state': { params: {}, row: { seq: 'ns' } },
  /** Those of these ids that are over. */
  'operation/closed': { params: { ids: 'texts' }, row: { ...OPERATION, state: 'text' } },
  /** Operations that are over and began in the range, the last to be heard of first, below a cursor. */
  'operation/list': {
    params: {
      from: 'ns',
      to: 'ns',
      feature: 'text?',
      service: 'text?',
      component: 'text?',
      outcome: 'text?',
      isLost: 'bool?',
      parent: 'text?',
      before: 'ns?',
      limit: 'int',
    },
    row: { ...OPERATION, state: 'text' },
  },
  /** How long the last 200 successful operations of a feature took, pauses left out. */
  'operation/expected': {
    params: { feature: 'text', since: 'ns' },
    row: { n: 'int', p50Ms: 'real?', p95Ms: 'real?', longestMs: 'real?' },
  },
  /** Records that tell of any operation, behind a number, in its order. */
  'operation/since': { params: { seq: 'ns', limit: 'int' }, row: EVENT },
  /** Records that tell of one operation, oldest first; of those at `from` only the ones behind the number `after`. */
  'operation/events': {
    params: { id: 'text', from: 'ns', after: 'ns?', to: 'ns', limit: 'int' },
    row: EVENT,
  },
} as const satisfies QueryDefinitions;
