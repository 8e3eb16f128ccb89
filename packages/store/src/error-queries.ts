/** Questions about errors: their kinds, the records that tell of them, and the records still to be looked at. */
import type { QueryDefinitions } from './query.ts';

/** A record that may tell of an error, with what it says. */
const FRESH = {
  params: {
    after: 'ns',
    through: 'ns',
    limit: 'int',
    /** All of them lie in the database file still. */
    isHot: 'bool',
  },
  row: {
    seq: 'ns',
    time: 'ns',
    errorType: 'text?',
    message: 'text?',
    /** Of a long one both ends. */
    stack: 'text?',
    code: 'text?',
    httpStatus: 'int?',
    /** It names a database system. */
    isDatabase: 'bool',
    /** The fingerprint that the app gave. */
    given: 'text?',
    traceId: 'text',
    spanId: 'ns',
    resourceId: 'int',
    featureId: 'ns',
    componentId: 'ns',
    sessionId: 'ns',
    userId: 'ns',
    /** Another record tells the same, and more. */
    isTold: 'bool',
  },
} as const;

/** Which errors; all that is given holds together. */
const ERROR_FILTER = {
  from: 'ns',
  to: 'ns',
  /** Start of the time that the range is held against. */
  before: 'ns',
  /** Decimal digits. */
  fingerprint: 'text?',
  category: 'text?',
  errorType: 'text?',
  service: 'text?',
  component: 'text?',
  feature: 'text?',
  session: 'text?',
  user: 'text?',
  traceId: 'text?',
} as const;

/** Those of them that occurred most often, with a small chart. */
const MOST_OFTEN = {
  ...ERROR_FILTER,
  /** Width of a slot of the chart. */
  width: 'ns',
  limit: 'int',
} as const;

const KIND = {
  fingerprint: 'hex',
  version: 'int',
  title: 'text',
  errorType: 'text?',
  category: 'text',
  code: 'text?',
  template: 'text',
  stackTop: 'text?',
  message: 'text',
  object: 'text?',
  firstSeen: 'ns',
  lastSeen: 'ns',
} as const;

const NUMBERS = {
  occurrences: 'int',
  before: 'int',
  records: 'int',
  runs: 'int',
  users: 'int',
  sessions: 'int',
  spark: 'json',
} as const;

export const ERROR_QUERIES = {
  'error/state': { params: {}, row: { logSeq: 'ns', spanSeq: 'ns' } },
  'error/landed': {
    params: { logSeq: 'ns', spanSeq: 'ns' },
    row: { logSeq: 'ns?', spanSeq: 'ns?', archivedLogSeq: 'ns?', archivedSpanSeq: 'ns?' },
  },
  'error/fresh-logs': FRESH,
  'error/fresh-runs': FRESH,
  'error/known': { params: {}, row: { fingerprint: 'hex' } },
  'error/kinds': {
    params: ERROR_FILTER,
    row: {
      fingerprint: 'hex',
      version: 'int',
      title: 'text',
      category: 'text',
      firstSeen: 'ns',
      occurrences: 'int',
      before: 'int',
    },
  },
  'error/table': {
    params: MOST_OFTEN,
    row: {
      ...KIND,
      ...NUMBERS,
      features: 'json?',
      components: 'json?',
      traceId: 'text?',
      logSeq: 'ns?',
    },
  },
  'error/parts': {
    params: { ...MOST_OFTEN, by: 'text' },
    row: {
      value: 'text?',
      ...NUMBERS,
      groups: 'int',
      firstSeen: 'ns',
      lastSeen: 'ns',
      topTitle: 'text',
      topObject: 'text?',
      features: 'json?',
      traceId: 'text?',
    },
  },
  'error/one': { params: { fingerprint: 'text' }, row: KIND },
  'error/recent': {
    params: { from: 'ns', to: 'ns', fingerprint: 'text', limit: 'int' },
    row: {
      time: 'ns',
      source: 'int',
      seq: 'ns',
      traceId: 'text?',
      spanId: 'text?',
      service: 'text?',
      component: 'text?',
      feature: 'text?',
      session: 'text?',
      user: 'text?',
    },
  },
} as const satisfies QueryDefinitions;
