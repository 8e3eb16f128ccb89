/** Sessions through the API: all of a range, their sums, one with its history, and bad input. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlainLog } from '../../kpi/src/testing/plain-log.ts';
import {
  landWorld,
  openTestStore,
  PLAIN_SPAN,
  type PlainSpan,
} from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { listen, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const MINUTE = 60_000;
/** In minutes before now: out of the range that is asked for where none is said. */
const LONG_AGO = 40 * 24 * 60;
const ODD = { 'feature.paused_duration': -1, 'feature.pause.count': -3 };

let store: Store;
let server: TestServer;
let client: Client;
beforeAll(async () => {
  store = await openTestStore();
  let seq = 0n;
  const log = (session: string, past: number, event: string | null, facts = {}): PlainLog => ({
    seq: ++seq,
    timeNs: BigInt(NOW - past * MINUTE) * 1_000_000n,
    event,
    traceId: null,
    service: 'builder',
    feature: null,
    component: event === null ? null : 'sync_engine',
    errorType: null,
    session,
    user: 'u1',
    attributes: JSON.stringify({ 'session.kind': 'work', ...facts }),
  });
  const run = (session: string, past: number, more: Partial<PlainSpan> = {}): PlainSpan => ({
    ...PLAIN_SPAN,
    seq: ++seq,
    startNs: BigInt(NOW - past * MINUTE) * 1_000_000n,
    session,
    attributes: '{"session.kind":"work"}',
    ...more,
  });
  const logs = [
    log('ended', 120, 'session.start', { 'feature.metadata.ci.mode': 'true' }),
    log('ended', 110, 'feature.paused', { 'feature.reason': 'lunch' }),
    log('ended', 105, 'feature.resumed'),
    log('ended', 100, 'session.end', {
      'feature.active_duration': 900.25,
      'feature.paused_duration': 300,
      'feature.pause.count': 1,
      'feature.reason': 'done',
    }),
    log('killed', 60, 'session.start', { 'session.previous_id': 'ended' }),
    log('killed', 50, null),
    log('open', 20, 'session.start'),
    log('open', 15, 'feature.paused', { 'feature.reason': 'waits' }),
    log('endless', LONG_AGO, 'session.end', { ...ODD, 'feature.active_duration': 1e300 }),
    log('negative', LONG_AGO + 1, 'session.end', { ...ODD, 'feature.active_duration': -5 }),
    log('wordy', LONG_AGO + 2, 'session.end', { ...ODD, 'feature.active_duration': 'NaN' }),
  ];
  const spans = [
    run('ended', 119),
    run('ended', 118, { featureStatus: 2 }),
    run('visitor', 90, { attributes: '{"session.kind":"visit"}' }),
    run('visitor', 10, { attributes: '{"session.kind":"visit"}' }),
  ];
  await landWorld(store, spans, logs);
  server = await listen(createApp({ reader: store, version: '1', clock: () => NOW }));
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

test('S0-08 S0-51 sessions come with how they stand, those that were never closed as abandoned', async () => {
  const { data, meta } = await client.get('/api/v1/sessions');
  expect(data).toMatchObject([
    {
      id: 'open',
      state: 'paused',
      endedAt: null,
      reason: 'waits',
      activeMs: 5 * MINUTE,
      pausedMs: 15 * MINUTE,
    },
    {
      id: 'killed',
      state: 'abandoned',
      endedAt: '2026-11-22T11:10:00.000000000Z',
      durationMs: 10 * MINUTE,
      previousId: 'ended',
    },
    {
      id: 'visitor',
      kind: 'visit',
      state: 'active',
      component: null,
      gaps: 1,
      notes: ['silences'],
    },
    {
      id: 'ended',
      kind: 'work',
      component: 'sync_engine',
      service: 'builder',
      state: 'ended',
      reason: 'done',
      activeMs: 900_250,
      pausedMs: 300_000,
      pauseCount: 1,
      runs: 2,
      failed: 1,
      user: 'u1',
      metadata: { 'ci.mode': 'true' },
      notes: [],
    },
  ]);
  expect(meta).toMatchObject({ unit: 'sessions', nextCursor: null, warnings: [] });
  const { data: ci } = await client.get('/api/v1/sessions', { query: { ci: true } });
  expect(ci.map(({ id }) => id)).toEqual(['ended']);
});

test('S0-12 whether a component is worked on now is asked by its state', async () => {
  const query = { component: 'sync_engine', state: 'paused' } as const;
  const { data } = await client.get('/api/v1/sessions', { query });
  expect(data.map(({ id }) => id)).toEqual(['open']);
});

test('S0-07 S0-09 one session has its history, what it ran, and the sessions of its component before it', async () => {
  const { data } = await client.get('/api/v1/sessions/{id}', { params: { id: 'ended' } });
  expect(data.history.map(({ change, reason }) => [change, reason])).toEqual([
    ['start', null],
    ['pause', 'lunch'],
    ['resume', null],
    ['end', 'done'],
  ]);
  expect(data.features).toEqual([{ feature: 'checkout', runs: 2, failed: 1, p50Ms: 1 }]);
  expect(data.componentHistory).toEqual([]);
  const { data: last } = await client.get('/api/v1/sessions/{id}', { params: { id: 'open' } });
  expect(last.componentHistory.map(({ id }) => id)).toEqual(['killed', 'ended']);
});

test('S0-10 S0-11 sessions of work are summed up, by component too', async () => {
  const { data } = await client.get('/api/v1/sessions/summary');
  expect(data).toMatchObject({
    sessions: 3,
    openSessions: 1,
    abandonedSessions: 1,
    durationMs: 1_200_250 + 30 * MINUTE,
    pausedMs: 20 * MINUTE,
    pauseCount: 2,
    longestActiveMs: 900_250,
    components: [{ component: 'sync_engine', sessions: 3, runs: 2, failed: 1 }],
  });
  const query = { kind: 'visit', component: 'none' } as const;
  const { data: none } = await client.get('/api/v1/sessions/summary', { query });
  expect(none).toMatchObject({ sessions: 0, meanActiveMs: null, activeShare: null });
});

test('S0-15 S0-60 builds are reported, sessions as suites and runs as cases', async () => {
  const { data } = await client.get('/api/v1/sessions/report', { query: { format: 'junit' } });
  expect(data).toMatchObject({
    tests: 2,
    failures: 1,
    errors: 0,
    suites: [
      {
        name: 'sync_engine',
        session: 'ended',
        metadata: { 'ci.mode': 'true' },
        cases: [
          { name: 'checkout', className: 'shop', outcome: 'passed', type: null, timeMs: 1 },
          { name: 'checkout', outcome: 'failed', type: 'failed', message: 'run ended as failed' },
        ],
      },
    ],
  });
  expect(data.text).toContain('<property name="ci.mode" value="true"/>');
  const one = { session: 'killed', format: 'md' } as const;
  const { data: killed } = await client.get('/api/v1/sessions/report', { query: one });
  expect(killed).toMatchObject({
    tests: 1,
    errors: 1,
    suites: [{ cases: [{ name: 'session', outcome: 'error', type: 'abandoned' }] }],
  });
  expect(killed.text).toContain('never ended');
  const { data: all } = await client.get('/api/v1/sessions/report', { query: { ci: false } });
  expect(all.suites.map(({ session, skipped }) => [session, skipped])).toEqual([
    ['ended', 0],
    ['visitor', 0],
    ['killed', 0],
    ['open', 1],
  ]);
});

test('an explanation of a report counts runs alone, not the cases that stand for sessions', async () => {
  const sampleOf = async (query: { ci: boolean; limit: number }) => {
    const { data, meta } = await client.get('/api/v1/sessions/report', {
      query: { ...query, explain: true },
    });
    return [data.tests, meta.explain?.sampleSize];
  };
  // Two runs of each of two sessions; a session that was killed, and one that is open.
  expect(await sampleOf({ ci: false, limit: 20 })).toEqual([6, { unit: 'runs', n: 4 }]);
  // And one for all older ones.
  expect(await sampleOf({ ci: false, limit: 2 })).toEqual([3, { unit: 'runs', n: 0 }]);
});

test('an end that tells impossible numbers fails no question, and counts with what is known besides', async () => {
  const at = (past: number): string => new Date(NOW - past * MINUTE).toISOString();
  const query = { from: at(LONG_AGO + 60), to: at(LONG_AGO - 60) };
  const { data } = await client.get('/api/v1/sessions', { query });
  expect(
    data.map(({ id, state, activeMs, pausedMs, pauseCount }) => [
      id,
      state,
      activeMs + pausedMs + pauseCount,
    ]),
  ).toEqual(['endless', 'negative', 'wordy'].map((id) => [id, 'ended', 0]));
});

test('a report of fewer sessions than there are says so', async () => {
  const query = { ci: false, limit: 2 } as const;
  const { data, meta } = await client.get('/api/v1/sessions/report', { query });
  expect(data.suites.map(({ session }) => session)).toEqual(['killed', 'open']);
  // What nobody looked at has not passed.
  expect(data.suites[0]?.cases[0]).toMatchObject({ outcome: 'error', type: 'truncated' });
  expect(data.suites[1]?.cases.map(({ type }) => type)).not.toContain('truncated');
  expect(meta).toMatchObject({
    truncated: true,
    warnings: ['Only the newest 2 sessions are told.'],
  });
});

test.each([
  ['/api/v1/sessions/report?session=nobody', 404, 'SESSION_UNKNOWN'],
  ['/api/v1/sessions/report?format=xml', 400, 'PARAMETER_INVALID'],
  ['/api/v1/sessions?state=open', 400, 'PARAMETER_INVALID'],
  ['/api/v1/sessions?kind=odd', 400, 'PARAMETER_INVALID'],
  ['/api/v1/sessions?cursor=x', 400, 'PARAMETER_INVALID'],
  ['/api/v1/sessions?service=bilder', 404, 'SERVICE_UNKNOWN'],
  ['/api/v1/sessions/summary?service=bilder', 404, 'SERVICE_UNKNOWN'],
  ['/api/v1/sessions/nobody', 404, 'SESSION_UNKNOWN'],
  ["/api/v1/sessions/'; DROP", 404, 'SESSION_UNKNOWN'],
])('%s is answered with %i %s', async (path, status, code) => {
  const answer = await fetch(`${server.baseUrl}${path}`);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
});
