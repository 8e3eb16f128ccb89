/** Answers as a server gives them: ordinary ones, empty ones and such with hostile names. */
import type { AnswerOf } from '@heartwood/api/client';

type Features = AnswerOf<'/api/v1/features'>;
type Detail = AnswerOf<'/api/v1/features/{name}'>;
type Records = AnswerOf<'/api/v1/records'>;

/** Title, colour, cursor, link and reordering sequences, in 7-bit and 8-bit forms. */
export const HOSTILE =
  '\u001B]0;owned\u0007\u001B[31mred\u001B[0m\u009B2Jx\u202Etxt.exe\r\n\u001B]8;;http://evil\u001B\\link\u0007';
export const HOSTILE_SHOWN = 'redxtxt.exe link';

const META = {
  from: '2026-11-20T09:30:00.000Z',
  to: '2026-11-21T09:30:00.000Z',
  timeZone: 'UTC',
  unit: 'runs',
  complete: true,
  truncated: false,
  warnings: [],
};

const checkout: Features['data'][number] = {
  feature: 'checkout',
  category: 'web_interface',
  component: 'shop',
  runs: 12_040,
  users: 312,
  sessions: 402,
  success: 11_726,
  failed: 210,
  partial: 0,
  timeout: 4,
  cancelled: 100,
  successRate: 11_726 / 12_040,
  p50Ms: 123.456,
  p95Ms: 1431.2,
  p99Ms: 5022.9,
  meanMs: 301.5,
  efficiency: 0.714,
  tier: 'excellent',
  firstSeen: '2026-11-20T09:31:02.123456789Z',
  lastSeen: '2026-11-21T09:29:59.000000001Z',
  trend: [0, 1, 20, 40, 80, 160, 120, 3],
};

const silent: Features['data'][number] = {
  ...checkout,
  feature: '検索 🔎 search',
  category: null,
  component: null,
  runs: 1,
  users: 0,
  sessions: 0,
  success: 1,
  failed: 0,
  timeout: 0,
  cancelled: 0,
  successRate: 1,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  meanMs: null,
  efficiency: null,
  tier: null,
  trend: [0, 0, 0, 0, 0, 0, 0, 1],
};

export const FEATURES: Features = {
  data: [checkout, silent],
  meta: { ...META, unit: 'features', total: 2 },
};

export const NO_FEATURES: Features = { data: [], meta: { ...META, unit: 'features', total: 0 } };

export const HOSTILE_FEATURES: Features = {
  data: [
    { ...checkout, feature: HOSTILE, component: '=HYPERLINK("http://evil")' },
    { ...silent, feature: '@SUM(1)|`*' },
  ],
  meta: { ...META, total: 2, warnings: [`half of it\u001B[2J is missing`] },
};

const record: Records['data'][number] = {
  seq: '9007199254740993',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  feature: 'checkout',
  category: 'web_interface',
  component: 'shop',
  version: '1.4.0',
  service: 'shop',
  status: 'failed',
  tier: 'slow',
  startTime: '2026-11-21T09:29:59.123456789Z',
  endTime: '2026-11-21T09:30:00.623456789Z',
  durationMs: 1500.25,
  inputSizeBytes: 12,
  outputSizeBytes: 0,
  iterations: 1,
  efficiency: 0,
  user: '5f2b0c9a',
  session: 's-1',
  errorType: 'CardDeclined',
  errorMessage: 'the bank said no, "really"',
  metadata: { items: 3 },
  mapped: false,
};

const success: Records['data'][number] = {
  ...record,
  seq: '9007199254740992',
  status: 'success',
  tier: 'excellent',
  durationMs: 0.42,
  efficiency: 0.9,
  user: null,
  errorType: null,
  errorMessage: null,
};

const late: Records['data'][number] = {
  ...record,
  seq: '9007199254740991',
  status: 'timeout',
  startTime: '2026-11-21T08:00:00.000000000Z',
  durationMs: 30_000,
  errorType: 'timeout',
  errorMessage: null,
};

/** A page of runs of which each has its own number. */
export function recordsPage(count: number, nextCursor: string | null, first = 0): Records {
  const data = Array.from({ length: count }, (_, index) => ({
    ...(index % 2 === 0 ? record : success),
    seq: String(1_000_000 - first - index),
  }));
  return { data, meta: { ...META, truncated: nextCursor !== null, nextCursor } };
}

export const RECORDS: Records = {
  data: [record, success, late],
  meta: { ...META, nextCursor: null },
};

const { trend: _trend, ...row } = checkout;

export const DETAIL: Detail = {
  data: {
    ...row,
    allTime: { runs: 40_000, firstSeen: '2026-10-01T00:00:00.000000000Z', lastSeen: row.lastSeen },
    statuses: [
      { status: 'success', runs: 11_726, share: 11_726 / 12_040 },
      { status: 'failed', runs: 210, share: 210 / 12_040 },
      { status: 'partial', runs: 0, share: 0 },
      { status: 'timeout', runs: 4, share: 4 / 12_040 },
      { status: 'cancelled', runs: 100, share: 100 / 12_040 },
    ],
    tiers: [
      { tier: 'excellent', runs: 9000, share: 9000 / 12_040 },
      { tier: 'good', runs: 2000, share: 2000 / 12_040 },
      { tier: 'acceptable', runs: 1000, share: 1000 / 12_040 },
      { tier: 'slow', runs: 40, share: 40 / 12_040 },
      { tier: 'very_slow', runs: 0, share: 0 },
    ],
    errors: [
      {
        errorType: 'CardDeclined',
        runs: 210,
        share: 210 / 12_040,
        lastSeen: '2026-11-21T09:29:59.123456789Z',
        message: 'the bank said no',
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
      {
        errorType: null,
        runs: 4,
        share: 4 / 12_040,
        lastSeen: '2026-11-20T11:00:00.000000000Z',
        message: null,
        traceId: '1af7651916cd43dd8448eb211c80319c',
      },
    ],
    components: [{ component: 'shop', runs: 12_040, share: 1 }],
    versions: [{ version: null, runs: 12_040, share: 1 }],
    histogram: [{ fromMs: 1, toMs: null, runs: 12_040 }],
    points: [
      {
        ...row,
        start: '2026-11-20T09:00:00.000Z',
        end: '2026-11-20T10:00:00.000Z',
        complete: true,
        runs: 4000,
      },
      {
        ...row,
        start: '2026-11-20T10:00:00.000Z',
        end: '2026-11-20T11:00:00.000Z',
        complete: true,
        runs: 8040,
      },
      {
        ...row,
        start: '2026-11-20T11:00:00.000Z',
        end: '2026-11-20T12:00:00.000Z',
        complete: false,
        runs: 0,
      },
    ],
    recent: [record, success],
  },
  meta: { ...META, interval: '1h' },
};

export const UNKNOWN_FEATURE = {
  type: 'urn:heartwood:problem:FEATURE_UNKNOWN',
  title: 'No such feature.',
  status: 404,
  code: 'FEATURE_UNKNOWN',
  detail: 'No feature is named "chekout".',
  remedy: 'See GET /api/v1/features for all names.',
  parameter: 'name',
  suggestions: ['checkout', '\u001B[31mcheck-in'],
};
