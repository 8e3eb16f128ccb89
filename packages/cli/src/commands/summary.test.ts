/** Commands about days summed up, against answers as a server gives them. */
import type { AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

type Summary = AnswerOf<'/api/v1/summaries'>['data'][number];

const KIND = { fingerprint: 'v1:0', category: 'api', occurrences: 3, trend: 'new' };
const DAY: Summary = {
  day: '2026-11-21',
  timeZone: 'UTC',
  madeAt: '2026-11-22T00:20:00.000Z',
  partial: true,
  runs: {
    runs: 1200,
    success: 1100,
    failed: 90,
    partial: 0,
    timeout: 10,
    cancelled: 0,
    successRate: 0.91,
    p50Ms: 12,
    p95Ms: 250,
    features: 7,
    users: null,
  },
  tiers: { excellent: 1100, good: 100, acceptable: 0, slow: 0, very_slow: 0 },
  slowest: [
    {
      feature: HOSTILE,
      durationMs: 61_000,
      status: 'failed',
      startTime: '2026-11-21T09:00:00.000Z',
      traceId: 'abc',
    },
  ],
  errors: {
    occurrences: 3,
    kinds: 12,
    newKinds: 9,
    new: [{ ...KIND, title: HOSTILE }],
    most: [{ ...KIND, title: HOSTILE }],
  },
  entries: {
    database_operation: 5,
    sync_operation: 0,
    migration_operation: 0,
    performance_metrics: 0,
    error_log: 2,
    monitoring_data: 0,
  },
  duplicates: { operations: 5, duplicates: 1, share: 0.2 },
  operations: { success: 0, failed: 0, partial: 0, timeout: 0, cancelled: 0, lost: 0 },
  sessions: {
    sessions: 2,
    openSessions: 0,
    abandonedSessions: 1,
    activeMs: 3_600_000,
    pausedMs: 0,
  },
  storage: { databaseBytes: 5_242_880 },
  warnings: ['some runs have been removed'],
};

const ask = async (args: string, rows: readonly Summary[] = [DAY]) => {
  const { url, asked } = await openTestServer((one) =>
    one.url.pathname.endsWith('/make')
      ? { body: { data: DAY, meta: { at: DAY.madeAt } } }
      : { body: { data: rows, meta: { timeZone: 'UTC', unit: 'days', truncated: false } } },
  );
  return { ...(await run(['summary', ...args.split(' '), '--url', url], { columns: 120 })), asked };
};

test('S3-13 summary show tells a day in a few numbers', async () => {
  const { code, data, notes, asked } = await ask('show');
  expect(code).toBe(EXIT.OK);
  expect(asked.at(-1)?.url.searchParams.get('day')).toBe('yesterday');
  for (const text of [
    '2026-11-21 UTC, not all of it',
    '1,200 of 7 features, 91.0 % succeeded',
    'failed 90, timeout 10',
    'excellent 1,100, good 100',
    '3 of 12 kinds, 9 new',
    'database_operation 5, error_log 2',
    '2, 1 abandoned, 1.00 h active',
    '5 MiB',
    HOSTILE_SHOWN,
  ])
    expect(data).toContain(text);
  expect(notes).toContain('some runs have been removed');
  const errors = { ...DAY.errors, newKinds: null };
  expect((await ask('show', [{ ...DAY, errors }])).data).toContain('of 12 kinds, at least 1 new');
});

test('several days are asked for by their number, and a day that was not made says how to make it', async () => {
  const { data, asked } = await ask('show --days 2 --format ndjson', [DAY, DAY]);
  expect(data.trim().split('\n')).toHaveLength(2);
  expect(asked.at(-1)?.url.searchParams.get('limit')).toBe('2');
  const { notes } = await ask('show 2026-11-20', []);
  expect(notes).toContain('heartwood summary make 2026-11-20');
});

test('summary make asks for the day, and shows it', async () => {
  const { data, asked } = await ask('make today');
  expect(asked.at(-1)?.method).toBe('POST');
  expect(data).toContain('2026-11-21');
  const { data: json } = await ask('make today --json');
  expect(JSON.parse(json)).toMatchObject({ data: { day: '2026-11-21' } });
});
