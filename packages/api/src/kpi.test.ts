/** KPIs over HTTP: what a caller may ask, and what is refused. */
import { parseDefinitions, type DefinitionState } from '@heartwood/kpi';
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { landWorld, openTestStore, PLAIN_SPAN } from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { listen, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const TEXT = `
goals: {sell: {}}
measures:
  paid: {agg: count, of: {feature: checkout, status: [success]}}
  tried: {agg: count, of: feature:checkout}
kpis:
  - {id: success, goal: sell, numerator: paid, denominator: tried, window: 6h, grain: 1h, target: 0.9}
  - {id: tries, measure: tried, window: 6h, grain: 1h}
`;

let store: Store;
let server: TestServer;
let client: Client;
let state: DefinitionState;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(
    store,
    Array.from({ length: 12 }, (_, index) => ({
      ...PLAIN_SPAN,
      seq: BigInt(index + 1),
      spanId: BigInt(index + 1),
      startNs: BigInt(NOW - 3 * HOUR_MS) * 1_000_000n,
      featureStatus: index < 9 ? 1 : 2,
      component: index < 4 ? 'cart' : null,
    })),
  );
  const loaded = parseDefinitions([{ name: 'kpis.yaml', text: TEXT }], NOW);
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  state = { folder: '/definitions', set: loaded.set, problems: [], readAtMs: NOW };
  const definitions = () => state;
  server = await listen(createApp({ reader: store, version: '1', clock: () => NOW, definitions }));
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

test('an answer that is made of many questions makes Node warn of nothing', async () => {
  const warned: Error[] = [];
  const note = (warning: Error): unknown => warned.push(warning);
  process.on('warning', note);
  const kpis = Array.from(
    { length: 24 },
    (_, index) =>
      `  - {id: k${String(index)}, measure: tried, window: ${String(index + 1)}h, grain: 1h}`,
  );
  const text = `measures:\n  tried: {agg: count, of: feature:checkout}\nkpis:\n${kpis.join('\n')}\n`;
  const loaded = parseDefinitions([{ name: 'many.yaml', text }], NOW);
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  const before = state;
  state = { folder: '/definitions', set: loaded.set, problems: [], readAtMs: NOW };
  const { data } = await client.get('/api/v1/kpis');
  state = before;
  process.off('warning', note);
  expect(data).toHaveLength(24);
  expect(warned).toEqual([]);
});

test('KPIs are listed as they stand, by goal and status', async () => {
  const { data, meta } = await client.get('/api/v1/kpis');
  expect(data).toMatchObject([
    { id: 'success', status: 'off_track', parts: [{ value: 0.75, sample: 12, target: 0.9 }] },
    { id: 'tries', status: 'no_target', parts: [{ value: 12, target: null }] },
  ]);
  expect(meta).toMatchObject({
    from: '2026-11-21T05:00:00.000Z',
    to: '2026-11-21T11:00:00.000Z',
    total: 2,
  });
  const off = await client.get('/api/v1/kpis', { query: { status: 'off_track' } });
  expect(off.data.map(({ id }) => id)).toEqual(['success']);
  const sell = await client.get('/api/v1/kpis', { query: { goal: 'sell' } });
  expect(sell.data.map(({ id }) => id)).toEqual(['success']);
});

test('one is told over time, by a property and with how it came about', async () => {
  const { data, meta } = await client.get('/api/v1/kpis/{id}', {
    params: { id: 'success' },
    query: { by: 'component', explain: true },
  });
  expect(data.groups).toEqual([
    { group: '$none', parts: [{ part: null, value: 5 / 8, sample: 8 }] },
    { group: 'cart', parts: [{ part: null, value: 1, sample: 4 }] },
  ]);
  expect(data.series[0]?.points.map(({ sample, complete }) => (complete ? sample : null))).toEqual([
    0,
    0,
    0,
    0,
    12,
    0,
    null,
  ]);
  expect(meta.explain).toMatchObject({
    sentence: expect.stringContaining('success = (paid / tried)') as string,
    command:
      'heartwood kpi show success --by=component --top 10 --to 2026-11-21T12:00:00.000Z --time-zone UTC',
    statements: [{ name: 'windows' }, { name: 'buckets' }, { name: 'groups' }],
  });
});

test('a breakdown that tells nothing apart says so', async () => {
  const { data, meta } = await client.get('/api/v1/kpis/{id}', {
    params: { id: 'success' },
    query: { by: 'compnent' },
  });
  expect(data.groups).toMatchObject([{ group: '$none' }]);
  expect(meta.warnings).toContain(
    'Nothing that is counted here has the property "compnent": check its name.',
  );
});

describe('what cannot be answered is refused with what was meant', () => {
  test.each([
    ['/api/v1/kpis?goal=sel', 404, 'GOAL_UNKNOWN', ['sell']],
    ['/api/v1/kpis?status=offtrack', 400, 'PARAMETER_INVALID', ['off_track', 'on_track']],
    ['/api/v1/kpis?since=7d', 400, 'PARAMETER_UNKNOWN', undefined],
    ['/api/v1/kpis?to=1970-01-01', 400, 'TIME_OUT_OF_RANGE', undefined],
    ['/api/v1/kpis?timeZone=Mars', 400, 'TIME_ZONE_UNKNOWN', undefined],
    ['/api/v1/kpis/succes', 404, 'KPI_UNKNOWN', ['success']],
    ['/api/v1/kpis/__proto__', 404, 'KPI_UNKNOWN', undefined],
    ['/api/v1/kpis/success?interval=2h', 400, 'PARAMETER_INVALID', ['12h', '1h', '3h']],
    ['/api/v1/kpis/success?by=', 400, 'PARAMETER_INVALID', undefined],
    ['/api/v1/kpis/success?top=201', 400, 'PARAMETER_INVALID', undefined],
  ])('%s', async (target, status, code, suggestions) => {
    const response = await fetch(`${server.baseUrl}${target}`);
    expect(response.status).toBe(status);
    const problem = (await response.json()) as { code: string; suggestions?: string[] };
    expect(problem.code).toBe(code);
    expect(problem.suggestions?.length === 0 ? undefined : problem.suggestions).toEqual(
      suggestions,
    );
  });

  test.each(["' OR 1=1 --", '$1', '../../etc/passwd', '__proto__', '😀'.repeat(100), '\\'])(
    'a property called %.20s is one that nothing has',
    async (by) => {
      const answer = await client.get('/api/v1/kpis/{id}', {
        params: { id: 'success' },
        query: { by },
      });
      expect(answer.data.groups).toEqual([
        { group: '$none', parts: [{ part: null, value: 0.75, sample: 12 }] },
      ]);
    },
  );
});

test('definitions that change are in force at the next request', async () => {
  const before = state;
  const loaded = parseDefinitions([{ name: 'kpis.yaml', text: TEXT.replace('0.9', '0.7') }], NOW);
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  state = { ...before, set: loaded.set };
  const { data } = await client.get('/api/v1/kpis', { query: { goal: 'sell' } });
  expect(data[0]?.status).toBe('on_track');
  state = before;
});
