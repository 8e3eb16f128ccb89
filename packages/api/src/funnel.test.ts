/** Funnels over HTTP: numbers, their members, and everything that can be asked wrongly. */
import { parseDefinitions, type DefinitionState } from '@heartwood/kpi';
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  landWorld,
  openTestStore,
  PLAIN_SPAN,
  type PlainSpan,
} from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { createClient, type Client, type QueryOf } from './client.ts';
import { listen, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;

const DEFINITIONS = definitionsOf(`
funnels:
  - id: buy
    window: 1h
    steps: [{id: look, feature: view}, {id: put, feature: add}, {id: pay, feature: pay, status: SUCCESS}]
    breakdown: {by: service}
  - {id: tries, unit: attempt, restartOnReentry: true, window: 1h, steps: [feature:view, feature:add]}
  - {id: both, order: any, window: 1h, breakdown: {by: service}, steps: [feature:add, feature:view]}
`);

/** Ten hours ago: 40 users look, every second puts, every fourth pays, every eighth with failure. */
const SPANS: PlainSpan[] = Array.from({ length: 40 }, (_, user) => user).flatMap((user) =>
  [
    { feature: 'view', isThere: true, status: 1 },
    { feature: 'add', isThere: user % 2 === 0, status: 1 },
    { feature: 'pay', isThere: user % 4 === 0, status: user % 8 === 0 ? 1 : 2 },
  ].flatMap(({ feature, isThere, status }, step) =>
    isThere
      ? [
          {
            ...PLAIN_SPAN,
            seq: BigInt(user * 10 + step + 1),
            spanId: BigInt(user * 10 + step + 1),
            startNs: BigInt(NOW - 10 * HOUR_MS + user * 1000 + step * 60_000) * 1_000_000n,
            feature,
            featureStatus: status,
            user: `u${String(user)}`,
            service: user < 10 ? 'web' : user < 12 ? null : 'app',
          },
        ]
      : [],
  ),
);

let store: Store;
let server: TestServer;
let client: Client;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, SPANS);
  server = await listen(
    createApp({
      reader: store,
      version: '1',
      clock: () => NOW,
      definitions: () => DEFINITIONS,
    }),
  );
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const read = async (query: QueryOf<'/api/v1/funnels/{id}'> = {}) =>
  client.get('/api/v1/funnels/{id}', { params: { id: 'buy' }, query });

test('a funnel tells its steps, its groups, its trend, and how they came about', async () => {
  const { data: list, meta: all } = await client.get('/api/v1/funnels');
  expect(all).toEqual({ total: 3 });
  expect(list[0]).toMatchObject({ id: 'buy', unit: 'user', steps: ['look', 'put', 'pay'] });
  const { data, meta } = await read({ interval: '6h', explain: true, top: 2 });
  expect(data.steps.map(({ converted, rate }) => [converted, rate])).toEqual([
    [40, 1],
    [20, 0.5],
    [5, 0.125],
  ]);
  expect(
    data.groups?.map(({ group, entered, converted, interval }) => [
      group,
      entered,
      converted,
      interval !== null,
    ]),
  ).toEqual([
    ['app', 28, 3, false],
    ['web', 10, 2, false],
    ['$other', 2, 0, false],
  ]);
  expect(data.interval).toMatchObject({ low: expect.closeTo(0.0546, 3) });
  expect(data.trend?.reduce((sum, { entered }) => sum + entered, 0)).toBe(40);
  expect(meta).toMatchObject({
    unit: 'users',
    complete: false,
    sampleSize: { unit: 'users', n: 40 },
  });
  expect(meta.explain?.command).toBe(
    'heartwood funnels show buy --top 2 --interval 6h --from 2026-11-20T12:00:00.000Z --to 2026-11-21T12:00:00.000Z --time-zone UTC',
  );
  expect(meta.explain?.statements.map(({ name }) => name)).toEqual([
    'all: steps',
    'all: trend',
    'groups: steps',
    'groups: trend',
  ]);
  expect(meta.explain?.sentence).toContain('a run of view, then a run of add');
});

test('a funnel of attempts says which rule counts them, and has each as a member, page by page', async () => {
  const params = { id: 'tries' };
  const { data, meta } = await client.get('/api/v1/funnels/{id}', { params });
  expect(data).toMatchObject({ unit: 'attempt', entered: 40 });
  expect(data.entryRule).toContain('another first step ends it too and begins the next');
  const query = { step: 'add', limit: 7, asOf: meta.asOf };
  const keys: (string | null)[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.get('/api/v1/funnels/{id}/members', {
      params,
      query: { ...query, cursor },
    });
    expect(page.meta.total).toBe(20);
    keys.push(...page.data.map(({ key }) => key));
    cursor = page.meta.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(new Set(keys).size).toBe(20);
  expect(keys).toHaveLength(20);
});

test.each(['buy', 'both'])('every number of %s has its members, page by page', async (id) => {
  const { data, meta } = await client.get('/api/v1/funnels/{id}', { params: { id } });
  for (const { group, steps } of [{ group: undefined, steps: data.steps }, ...(data.groups ?? [])])
    for (const { step, converted, dropped, immature } of steps)
      for (const [outcome, number] of Object.entries({ converted, dropped, immature })) {
        const keys: (string | null)[] = [];
        let cursor: string | undefined;
        do {
          const page = await client.get('/api/v1/funnels/{id}/members', {
            params: { id },
            query: {
              step,
              outcome: outcome as 'converted',
              group: group ?? undefined,
              asOf: meta.asOf,
              limit: 15,
              cursor,
            },
          });
          expect(page.meta.total, `${String(group)} ${step} ${outcome}`).toBe(number);
          keys.push(...page.data.map(({ key }) => key));
          cursor = page.meta.nextCursor ?? undefined;
        } while (cursor !== undefined);
        expect(new Set(keys).size).toBe(number);
      }
});

test('a breakdown that tells nothing apart says so', async () => {
  const said = 'Nothing that is counted here has the property "servce": check its name.';
  expect((await read({ by: 'servce' })).meta.warnings).toContain(said);
  expect((await read()).meta.warnings.join(' ')).not.toContain('has the property');
});

describe('a funnel in a question', () => {
  const definition = { window: '1h', steps: ['feature:view', { feature: 'pay' }] };

  test('gives numbers without a file, and the command that asks it again', async () => {
    const { data, meta } = await client.post('/api/v1/funnels/query', {
      body: { definition, explain: true },
    });
    expect(data).toMatchObject({ entered: 40, converted: 10, groups: null });
    expect(meta.definition).toEqual({ kind: 'funnel', id: null, revision: null });
    expect(meta.explain?.command).toContain(
      `heartwood funnels query '${JSON.stringify(definition)}' --from`,
    );
  });

  test('is refused with all that is wrong with it', async () => {
    const body = { definition: { steps: ['feature:view'], order: 'random', windw: '1h' } };
    await expect(client.post('/api/v1/funnels/query', { body })).rejects.toMatchObject({
      status: 422,
      code: 'DEFINITION_INVALID',
    });
  });
});

test.each([
  ['/api/v1/funnels/bye', 404, 'FUNNEL_UNKNOWN'],
  ['/api/v1/funnels/buy?since=0d', 400, 'DURATION_INVALID'],
  ['/api/v1/funnels/buy?from=2026-01-02&to=2026-01-01', 400, 'RANGE_REVERSED'],
  ['/api/v1/funnels/buy?since=3650d', 400, 'RANGE_TOO_LONG'],
  ['/api/v1/funnels/buy?top=201', 400, 'PARAMETER_INVALID'],
  ['/api/v1/funnels/buy?interval=1m&since=7d', 400, 'INTERVAL_TOO_FINE'],
  ['/api/v1/funnels/buy?sort=a', 400, 'PARAMETER_UNKNOWN'],
  ['/api/v1/funnels/buy/members', 400, 'PARAMETER_INVALID'],
  ['/api/v1/funnels/buy/members?step=9', 404, 'FUNNEL_STEP_UNKNOWN'],
  ['/api/v1/funnels/buy/members?step=0', 404, 'FUNNEL_STEP_UNKNOWN'],
  ['/api/v1/funnels/buy/members?step=lok', 404, 'FUNNEL_STEP_UNKNOWN'],
  // In any order a number counts how many steps were done, not a step.
  ['/api/v1/funnels/both/members?step=view', 404, 'FUNNEL_STEP_UNKNOWN'],
  ['/api/v1/funnels/buy/members?step=1&asOf=-1', 400, 'PARAMETER_INVALID'],
  ['/api/v1/funnels/buy/members?step=1&cursor=abc', 400, 'PARAMETER_INVALID'],
  ['/api/v1/funnels/buy/members?step=1&group=wbe', 404, 'GROUP_UNKNOWN'],
])('%s is answered with %i %s', async (target, status, code) => {
  const response = await fetch(`${server.baseUrl}${target}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
});

function definitionsOf(text: string): DefinitionState {
  const loaded = parseDefinitions([{ name: 'funnels.yaml', text }], NOW);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return { folder: '/definitions', set: loaded.set, problems: [], readAtMs: NOW };
}
