/** Errors through the API: by kind and by what they have in common, one alone, all in a few lines, and bad input. */
import { ErrorIndex } from '@heartwood/kpi';
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlainLog } from '../../kpi/src/testing/plain-log.ts';
import { landWorld, openTestStore } from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { listen, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const HOUR = 3_600_000;
const TRACE = '0af7651916cd43dd8448eb211c80319c';

let store: Store;
let server: TestServer;
let client: Client;
let index: ErrorIndex;
beforeAll(async () => {
  store = await openTestStore();
  let seq = 0n;
  const log = (body: string, pastMs: number, more: Partial<PlainLog> = {}): PlainLog => ({
    seq: ++seq,
    timeNs: BigInt(NOW - pastMs) * 1_000_000n,
    event: null,
    traceId: TRACE,
    service: 'shop',
    feature: 'checkout',
    component: 'pay',
    errorType: null,
    session: 's1',
    user: 'u1',
    attributes: '{}',
    severity: 17,
    body,
    ...more,
  });
  const logs = [
    log('connect ECONNREFUSED 10.0.3.7:443', 90 * 60_000),
    ...Array.from({ length: 12 }, (_, at) =>
      log(`connect ECONNREFUSED 10.0.3.${String(at)}:443`, 60_000 + at),
    ),
    log('no user 17', 60_000, { service: 'sync', feature: null, component: null, user: null }),
    log('the disk is full of stars', 30_000, { user: 'u2' }),
    log('all is well', 30_000, { severity: 9 }),
  ];
  await landWorld(store, [], logs);
  index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job), clock: () => NOW });
  server = await listen(
    createApp({ reader: store, version: '1', clock: () => NOW, errors: index }),
  );
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const RANGE = { from: String(NOW - HOUR), to: String(NOW) };

test('until records have been looked at an answer says so, and then no longer', async () => {
  const before = await client.get('/api/v1/errors', { query: RANGE });
  expect(before.data).toEqual([]);
  expect(before.meta).toMatchObject({ complete: false, classifiedThrough: null });
  expect(before.meta.warnings.join(' ')).toContain('still wait');
  expect(await index.turn()).toBe(false);
  const after = await client.get('/api/v1/errors', { query: RANGE });
  expect(after.meta).toMatchObject({ warnings: [], classifiedThrough: '2026-11-22T12:00:00.000Z' });
});

test('S2-52 S3-88 S2-122 kinds of errors come with all that is known of them', async () => {
  const { data } = await client.get('/api/v1/errors', { query: RANGE });
  expect(data).toMatchObject([
    {
      by: 'group',
      title: 'connect ECONNREFUSED <ip>',
      category: 'api',
      occurrences: 12,
      records: 12,
      runs: 0,
      users: 1,
      features: [{ feature: 'checkout', occurrences: 12 }],
      components: [{ component: 'pay', occurrences: 12 }],
      trend: 'rising',
      before: 1,
      traceId: TRACE,
      action: {
        text: '10.0.3.0:443 refuses connections: is the service up?',
        object: '10.0.3.0:443',
      },
    },
    { category: 'filesystem', occurrences: 1, trend: 'new' },
    { category: 'unknown', components: [{ component: 'sync', occurrences: 1 }], features: [] },
  ]);
});

test('errors come by what they have in common', async () => {
  const by = async (what: 'category' | 'feature' | 'component') =>
    (await client.get('/api/v1/errors', { query: { ...RANGE, by: what } })).data.map((row) =>
      row.by === 'group' ? [] : [row.value, row.occurrences, row.groups],
    );
  expect(await by('category')).toEqual([
    ['api', 12, 1],
    ['filesystem', 1, 1],
    ['unknown', 1, 1],
  ]);
  expect(await by('feature')).toEqual([
    ['checkout', 13, 2],
    [null, 1, 1],
  ]);
  expect(await by('component')).toEqual([
    ['pay', 13, 2],
    ['sync', 1, 1],
  ]);
});

test('S2-50 S2-51 the summary shows API, database and other errors, also where there are none, and what to do', async () => {
  const { data } = await client.get('/api/v1/errors/summary', { query: RANGE });
  expect(data.categories.map(({ label, occurrences }) => [label, occurrences])).toEqual([
    ['API Errors', 12],
    ['Database Errors', 0],
    ['Other Errors', 2],
    ['Filesystem Errors', 1],
    ['Unknown Errors', 1],
  ]);
  expect(data.actions.at(0)).toEqual({
    category: 'api',
    text: 'check network connectivity for API timeouts',
    object: '10.0.3.0:443',
  });
});

test('one kind is found by its fingerprint, also where it did not occur lately', async () => {
  const { data: all } = await client.get('/api/v1/errors', { query: RANGE });
  const [first] = all;
  const fingerprint = first?.by === 'group' ? first.fingerprint : '';
  const { data } = await client.get('/api/v1/errors/{fingerprint}', {
    params: { fingerprint },
    query: RANGE,
  });
  expect(data).toMatchObject({ fingerprint, code: 'ECONNREFUSED', occurrences: 12 });
  expect(data.recent).toHaveLength(12);
  const { data: late } = await client.get('/api/v1/errors/{fingerprint}', {
    params: { fingerprint },
    query: { since: '10s' },
  });
  expect(late).toMatchObject({ occurrences: 0, recent: [], trend: null, title: data.title });
});

test.each([
  ['/api/v1/errors?category=apo', 400, 'PARAMETER_INVALID'],
  ['/api/v1/errors?by=user', 400, 'PARAMETER_INVALID'],
  ['/api/v1/errors?traceId=1', 400, 'PARAMETER_INVALID'],
  ['/api/v1/errors?service=shp', 404, 'SERVICE_UNKNOWN'],
  ['/api/v1/errors/summary?service=shp', 404, 'SERVICE_UNKNOWN'],
  ['/api/v1/errors/v1:00', 404, 'ERROR_UNKNOWN'],
  ["/api/v1/errors/v1:'; DROP", 404, 'ERROR_UNKNOWN'],
])('%s is answered with %i %s', async (path, status, code) => {
  const answer = await fetch(`${server.baseUrl}${path}`);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code]);
});
