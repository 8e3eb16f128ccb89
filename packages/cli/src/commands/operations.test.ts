/** Commands about operations, against answers as a server gives them. */
import type { AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { HOSTILE, HOSTILE_SHOWN } from '../testing/canned.ts';
import { OPERATION } from '../testing/operation.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';
import type { OperationRow } from './operation-columns.ts';

const ROW: OperationRow = {
  ...OPERATION,
  id: 'import-4711',
  feature: HOSTILE,
  description: HOSTILE,
  health: 'stalled',
  reason: 'alive, but at 3 of 20 files for 2 min 10 s',
  message: HOSTILE,
  total: 20,
  unit: 'files',
  fraction: 0.15,
  eta: { ms: 90_000, lowMs: 60_000, highMs: 120_000, basis: 'rate' },
  expected: { n: 40, p50Ms: 60_000, p95Ms: 80_000, slowAfterMs: 140_000 },
  beyondP95: true,
  children: { running: 1, ended: 2, failed: 1, unhealthy: 0 },
  notes: ['start_unknown'],
};
const OVER: OperationRow = {
  ...ROW,
  id: 'export-1',
  state: 'ended',
  status: 'failed',
  health: null,
  eta: null,
  endedAt: '2026-11-22T09:10:00.000Z',
};

const LIST: AnswerOf<'/api/v1/operations'> = {
  data: [ROW, OVER],
  meta: {
    from: '2026-11-15T09:30:00.000Z',
    to: '2026-11-22T09:30:00.000Z',
    timeZone: 'UTC',
    unit: 'operations',
    complete: false,
    truncated: true,
    warnings: [],
    nextCursor: '17',
    live: { running: 1, paused: 0, slow: 0, stalled: 1, lost: 0 },
  },
};
const EVENTS: AnswerOf<'/api/v1/operations/{id}/events'> = {
  data: [
    {
      seq: '1',
      time: '2026-11-22T09:00:00.000000000Z',
      kind: 'progress',
      sequence: 1,
      elapsedMs: 10,
      message: HOSTILE,
      current: 3,
      total: 20,
      unit: 'files',
      fraction: 0.15,
      blockedMs: null,
      status: null,
      errorType: null,
      reason: null,
    },
  ],
  meta: {
    from: '2026-11-22T08:00:00.000Z',
    to: '2026-11-22T10:00:00.000Z',
    unit: 'events',
    truncated: false,
    nextCursor: null,
  },
};

const ask = async (args: string) => {
  const { url, asked } = await openTestServer((one) => {
    const { pathname } = one.url;
    if (pathname.endsWith('/events')) return { body: EVENTS };
    if (pathname === '/api/v1/operations') return { body: LIST };
    return { body: { data: ROW, meta: { at: '2026-11-22T09:30:00.000Z' } } };
  });
  const ran = await run(['operations', ...args.split(' '), '--url', url], { columns: 200 });
  return { ...ran, asked };
};

test('operations list shows each in a line, and what is under way', async () => {
  const { code, data, notes, asked } = await ask('list --health stalled --limit 2');
  expect(code).toBe(EXIT.OK);
  expect(data).toContain('import-4711');
  expect(data).toContain('stalled');
  expect(data).toContain('3 of 20 files');
  expect(data).toContain('failed');
  expect(data).toContain(HOSTILE_SHOWN);
  expect(notes).toContain('2 operations. Under way: 1 running, 0 paused, 1 stalled.');
  expect(notes).toContain('a larger --limit');
  expect(asked.at(-1)?.url.searchParams.get('health')).toBe('stalled');
});

test('operations list asks page by page for as many as are wanted', async () => {
  const pageOf = (size: number, nextCursor: string | null) => ({
    data: Array.from({ length: size }, () => ROW),
    meta: { ...LIST.meta, nextCursor },
  });
  const { url, asked } = await openTestServer((one) => ({
    body: one.url.searchParams.has('cursor') ? pageOf(500, null) : pageOf(1000, '17'),
  }));
  const { code, notes } = await run(['operations', 'list', '--limit', '1500', '--url', url]);
  expect(code).toBe(EXIT.OK);
  expect(notes).toContain('1,500 operations. Under way: 1 running');
  expect(notes).not.toContain('There are more');
  const limits = asked.map((one) => one.url.searchParams.get('limit'));
  expect(limits).toEqual(['1000', '500']);
});

test('operations show tells how far it is, how it does and why, and what it said', async () => {
  const { data } = await ask('show import-4711 --events 5');
  for (const text of [
    'stalled',
    'alive, but at 3 of 20 files for 2 min 10 s',
    '15.0 %',
    '1.50 min, between',
    '95 % of 40 within',
    '1 under way, 2 over, 1 failed',
    'start_unknown',
    'progress  3 of 20',
    HOSTILE_SHOWN,
  ])
    expect(data).toContain(text);
  expect(data).not.toContain('\u0007');
});

test('operations show --json has the events where they are asked for', async () => {
  const { data } = await ask('show import-4711 --events 5 --json');
  expect(JSON.parse(data)).toMatchObject({ data: { id: 'import-4711', events: EVENTS.data } });
});
