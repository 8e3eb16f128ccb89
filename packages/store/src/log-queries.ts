/** Questions about log records; their SQL stands under `sql/read/log`. */
import { PROCESS_KEYS } from './process-keys.ts';
import type { QueryDefinitions } from './query.ts';

/** Which log records; all that is given holds together. */
const LOG_FILTER = {
  service: 'text?',
  /** The name, or that of the service where there is none. */
  component: 'text?',
  componentPattern: 'text?',
  feature: 'text?',
  event: 'text?',
  errorType: 'text?',
  session: 'text?',
  user: 'text?',
  minSeverity: 'int?',
  maxSeverity: 'int?',
  traceId: 'text?',
  /** Decimal digits. */
  spanId: 'text?',
  /** Of the body, in any letter case; `exactText` in this one. */
  text: 'text?',
  exactText: 'text?',
  /** Both in the syntax of RE2, and a third that must not be found. */
  pattern: 'text?',
  filterPattern: 'text?',
  notPattern: 'text?',
  attributeKeys: 'texts',
  /** The value of each key, as text. */
  attributeValues: 'texts',
  /** A part of the JSON text of every record that has the attributes. */
  attributeNeedle: 'text?',
  /** Names of events that are left out. */
  hidden: 'texts',
} as const;

/** All that is stored of one. */
const LOG_ROW = {
  seq: 'ns',
  time: 'ns',
  observedTime: 'ns',
  traceId: 'text?',
  spanId: 'text?',
  service: 'text?',
  severityNumber: 'int',
  severity: 'text?',
  severityText: 'text?',
  event: 'text?',
  /** Null where there was none; JSON where `isJsonBody`. */
  body: 'text?',
  isJsonBody: 'bool',
  feature: 'text?',
  component: 'text?',
  errorType: 'text?',
  session: 'text?',
  user: 'text?',
  attributes: 'json',
  droppedAttributes: 'int',
  flags: 'int',
  original: 'json?',
  resource: 'json?',
  scope: 'json?',
  marks: 'json',
} as const;

/** Records by their numbers. */
const LOG_PAGE = {
  seqs: 'texts',
  /** Of the first and the last of them. */
  from: 'ns',
  last: 'ns',
  isOldest: 'bool',
} as const;

export const LOG_QUERIES = {
  /** The next records of a range of times and of numbers, both of these included. */
  'log/find': {
    params: {
      from: 'ns',
      to: 'ns',
      firstSeq: 'ns',
      lastSeq: 'ns',
      ...LOG_FILTER,
      isOldest: 'bool',
      /** Where the page before ended: time and number of its last record. */
      cursorTime: 'ns?',
      cursorSeq: 'ns?',
      limit: 'int',
    },
    row: { seq: 'ns', time: 'ns' },
  },
  /** Where records with words may be. */
  'log/slices': {
    params: {
      from: 'ns',
      to: 'ns',
      /** At least 3 letters or digits each, in lower case. */
      words: 'texts',
      /** Ranges in all. */
      most: 'int',
    },
    row: { firstSeq: 'ns', lastSeq: 'ns', firstTime: 'ns?', lastTime: 'ns?' },
  },
  'log/list': { params: LOG_PAGE, row: LOG_ROW },
  /** The same with JSON as it is stored, whose numbers tell integers from doubles. */
  'log/otlp': {
    params: LOG_PAGE,
    row: { ...LOG_ROW, attributes: 'text', resource: 'text?', scope: 'text?' },
  },
  /** Numbers of the records of the same processes before and after some, the nearest and one more, in order of time. */
  'log/beside': {
    params: {
      from: 'ns',
      to: 'ns',
      /** Which records, and the first and the last time of them. */
      beforeSeqs: 'texts',
      afterSeqs: 'texts',
      first: 'ns',
      last: 'ns',
      before: 'int',
      after: 'int',
      /** At least so far from each all are found. */
      width: 'ns',
      hidden: LOG_FILTER.hidden,
      ...PROCESS_KEYS,
    },
    row: { hit: 'ns', isAfter: 'bool', seq: 'ns', time: 'ns' },
  },
  /** One by its number. */
  'log/record': { params: { seq: 'ns' }, row: { ...LOG_ROW, receivedTime: 'ns' } },
  /** How many in each bucket and of each level; 0 is none, else its place from trace on. */
  'log/histogram': {
    params: {
      from: 'ns',
      to: 'ns',
      firstSeq: 'ns',
      lastSeq: 'ns',
      ...LOG_FILTER,
      origin: 'ns',
      width: 'ns',
      /** Bucket of each slot. */
      buckets: 'texts',
    },
    row: { bucket: 'int', level: 'int', records: 'int' },
  },
  /** In order of arrival, behind a record. */
  'log/tail': {
    params: {
      ...LOG_FILTER,
      after: 'ns',
      upTo: 'ns',
      /** How many may be behind: of more only the newest are given, and `total` tells of the others. */
      most: 'int',
      limit: 'int',
      /** Most text in one answer. */
      bytes: 'int',
    },
    row: { total: 'int', ...LOG_ROW },
  },
  /** The newest number behind one. */
  'log/reach': { params: { after: 'ns' }, row: { seq: 'ns?' } },
  /** Whether a range has an event by whose name a pattern is found. */
  'log/named': {
    params: { from: 'ns', to: 'ns', pattern: 'text' },
    row: { isNamed: 'bool' },
  },
  /** Rejects a pattern that RE2 does not take. */
  'log/pattern': { params: { pattern: 'text' }, row: { isTaken: 'bool' } },
} as const satisfies QueryDefinitions;
