import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import {
  ERROR_CATEGORIES,
  ERROR_PARTS,
  type ErrorGroup,
  type ErrorPart,
} from './errors-columns.ts';

type Summary = AnswerOf<'/api/v1/errors/summary'>;

const META = {
  from: '2026-11-22T11:00:00.000Z',
  to: '2026-11-22T12:00:00.000Z',
  timeZone: 'UTC',
  unit: 'occurrences',
  complete: true,
  truncated: false,
  warnings: [],
  classifiedThrough: '2026-11-22T12:00:00.000Z',
};
const GROUP: ErrorGroup = {
  by: 'group',
  fingerprint: 'v1:0123456789abcdef',
  title: HOSTILE,
  category: 'api',
  errorType: 'Error',
  template: 'x',
  occurrences: 12,
  records: 12,
  runs: 0,
  users: 3,
  sessions: 2,
  features: [{ feature: 'checkout', occurrences: 12 }],
  components: [],
  firstSeen: '2026-11-22T11:00:00.000000000Z',
  lastSeen: '2026-11-22T11:59:00.000000000Z',
  trend: 'rising',
  before: 1,
  spark: Array.from({ length: 24 }, (_, at) => at),
  traceId: null,
  logSeq: '7',
  action: { text: 'is it up?', object: HOSTILE },
};
const PART: ErrorPart = {
  by: 'feature',
  value: null,
  occurrences: 1,
  records: 1,
  runs: 0,
  users: 0,
  sessions: 0,
  groups: 1,
  firstSeen: GROUP.firstSeen,
  lastSeen: GROUP.lastSeen,
  trend: null,
  before: null,
  spark: [1],
  topTitle: 'x',
  topObject: null,
  features: [{ feature: HOSTILE, occurrences: 1 }],
  traceId: null,
};
const nothing = (category: 'api' | 'database' | 'other', label: string) => ({
  category,
  label,
  occurrences: 0,
  groups: 0,
  topTitle: null,
});
const QUIET: Summary['data'] = {
  categories: [
    nothing('api', 'API Errors'),
    nothing('database', 'Database Errors'),
    nothing('other', 'Other Errors'),
  ],
  actions: [],
};
const LOUD: Summary['data'] = {
  categories: [
    { ...nothing('api', 'API Errors'), occurrences: 1200, groups: 2, topTitle: HOSTILE },
    nothing('database', 'Database Errors'),
    { ...nothing('other', 'Other Errors'), occurrences: 3 },
    { category: 'timeout', label: 'Timeouts', occurrences: 3, groups: 1, topTitle: 'late' },
  ],
  actions: [
    { category: 'api', text: 'check network connectivity for API timeouts', object: HOSTILE },
    { category: 'timeout', text: 'see what became slow', object: null },
  ],
};

const ask = async (args: readonly string[], data: unknown, more = {}) => {
  const { url, asked } = await openTestServer(() => ({
    body: { data, meta: { ...META, ...more } },
  }));
  return { ...(await run(['logs', 'errors', ...args, '--url', url])), asked };
};

describe('logs errors --summary', () => {
  test('S2-50 shows API, database and other errors, also where there are none', async () => {
    const { code, data, notes } = await ask(['--summary', '--since', '1h'], QUIET);
    expect(code).toBe(EXIT.OK);
    expect(data).toBe(
      'Error Summary\n\nCategories\n  API Errors:       0\n  Database Errors:  0\n  Other Errors:     0\n',
    );
    expect(notes).toContain('0 errors from');
  });

  test('S2-51 says what to do, with what it is about', async () => {
    const { data, notes } = await ask(['--summary'], LOUD);
    expect(data).toBe(
      [
        'Error Summary',
        '',
        'Categories',
        `  API Errors:       1,200  ${HOSTILE_SHOWN}`,
        '  Database Errors:  0',
        '  Other Errors:     3',
        '    Timeouts:       3  late',
        '',
        'Suggested Actions',
        `  API Errors: check network connectivity for API timeouts (${HOSTILE_SHOWN})`,
        '  Timeouts: see what became slow',
        '',
      ].join('\n'),
    );
    expect(notes).toContain('1,203 errors from');
  });

  test.each([
    ['json', '"label": "API Errors"'],
    ['ndjson', '"label":"API Errors"'],
    ['csv', 'api,API Errors,1200'],
    ['md', '- API Errors: 1,200'],
  ])('is given as %s', async (format, part) => {
    expect((await ask(['--summary', '--format', format], LOUD)).data).toContain(part);
  });
});

test.each(['1h', '2h', '1d'])('S2-23 --summary --since %s asks for that time', async (since) => {
  const { asked } = await ask(['--summary', '--since', since], QUIET);
  expect(asked[0]?.url.pathname).toBe('/api/v1/errors/summary');
  expect(asked[0]?.url.searchParams.get('since')).toBe(since);
});

test('S2-24 --count says how many kinds of errors are shown', async () => {
  const { asked, notes } = await ask(['--count', '10'], [GROUP, { ...GROUP, title: 'b' }]);
  expect(asked[0]?.url.searchParams.get('limit')).toBe('10');
  expect(notes).toContain('2 kinds of errors from');
});

test('more kinds of errors than the server gives are refused by the name of the flag', async () => {
  const { code, notes } = await run(['logs', 'errors', '--count', '501', '--url', 'http://x']);
  expect(code).toBe(EXIT.USAGE);
  expect(notes).toContain('--count 501: must be at most 500.');
});

test.each(['1h', '2h', '1d'])('S2-34 --since takes %s', async (length) => {
  const { asked, code } = await ask(['--since', length], [GROUP]);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.searchParams.get('since')).toBe(length);
});

test.each(['--summary', '--by=feature', '--category=api'])(
  'S2-25 --follow, which gives lines as they arrive, is refused together with %s',
  async (flag) => {
    const { code, notes } = await ask(['--follow', flag], QUIET);
    expect(code).toBe(EXIT.USAGE);
    expect(notes).toContain('--follow');
  },
);

test.each(['--by=feature', '--count=3'])('--summary together with %s is refused', async (flag) => {
  const { code, notes } = await ask(['--summary', flag], QUIET);
  expect(code).toBe(EXIT.USAGE);
  expect(notes).toContain('--summary');
});

describe('logs errors', () => {
  test('shows kinds of errors, the ten most frequent', async () => {
    const { code, data, notes, asked } = await ask([], [GROUP], { truncated: true });
    expect(code).toBe(EXIT.OK);
    expect(data).toContain(HOSTILE_SHOWN);
    expect(data).toContain('rising');
    expect(data.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(notes).toContain('1 kind of error from');
    expect(notes).toContain('a larger --count');
    expect(asked[0]?.url.searchParams.get('limit')).toBe('10');
  });

  test('sends what was typed', async () => {
    const args =
      '--since 1h --count 3 --by feature --category api --component pay --service shop --feature f --session s --trace 0af7651916cd43dd8448eb211c80319c';
    const { asked, data } = await ask(args.split(' '), [PART]);
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toMatchObject({
      since: '1h',
      limit: '3',
      by: 'feature',
      category: 'api',
      component: 'pay',
      service: 'shop',
      feature: 'f',
      session: 's',
      traceId: '0af7651916cd43dd8448eb211c80319c',
    });
    expect(data).toContain('mostly');
  });

  test('says where there is none', async () => {
    const { code, notes } = await ask([], []);
    expect(code).toBe(EXIT.OK);
    expect(notes).toContain('No error from');
  });

  test('gives machines what to do', async () => {
    const { data } = await ask(['--json'], [GROUP]);
    expect(JSON.parse(data)).toMatchObject({ data: [{ action: { text: 'is it up?' } }] });
    expect((await ask(['--format', 'csv'], [GROUP])).data).toContain('is it up?');
  });
});

test('the words are those of the contract', () => {
  const { category, by } = ROUTES.listErrors.query.shape;
  expect(category.unwrap().options).toEqual([...ERROR_CATEGORIES]);
  expect(by.unwrap().options).toEqual([...ERROR_PARTS]);
});

test('S2-52 S0-75: one kind says what to do, what it said, whom it met and which trace to look at', async () => {
  const detail = {
    ...GROUP,
    title: 'Error: connect ECONNREFUSED <ip>',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    action: {
      text: '10.0.3.7:5432 refuses connections: is the service up?',
      object: '10.0.3.7:5432',
    },
    code: 'ECONNREFUSED',
    stackTop: null,
    message: HOSTILE,
    recent: [
      {
        time: GROUP.lastSeen,
        source: 'log',
        seq: '7',
        traceId: null,
        spanId: null,
        service: 'shop',
        component: null,
        feature: HOSTILE,
        session: null,
        user: null,
      },
    ],
  };
  const { code, data, asked } = await ask(['--id', 'v1:0123456789abcdef', '--since', '1h'], detail);
  expect([code, asked[0]?.url.pathname]).toEqual([
    EXIT.OK,
    `/api/v1/errors/${encodeURIComponent('v1:0123456789abcdef')}`,
  ]);
  const lines = data.split('\n').map((line) => line.trim().replaceAll(/ {2,}/gu, '  '));
  expect(lines).toEqual(
    expect.arrayContaining([
      'Error: connect ECONNREFUSED <ip>',
      'do  10.0.3.7:5432 refuses connections: is the service up?',
      `said last  ${HOSTILE_SHOWN}`,
      'times  12, 1 before',
      'features  checkout 12',
      'trace  0af7651916cd43dd8448eb211c80319c',
    ]),
  );
  expect(lines.some((line) => line.includes('shop') && line.includes(HOSTILE_SHOWN))).toBe(true);
});

test.each([
  ['--follow', []],
  ['--feature', ['checkout']],
])('--id with %s is refused: it would mean nothing', async (second, values) => {
  const { code, notes, asked } = await ask(['--id', 'v1:01', second, ...values], QUIET);
  expect([code, asked.length]).toEqual([EXIT.USAGE, 0]);
  expect(notes).toContain(second);
});
