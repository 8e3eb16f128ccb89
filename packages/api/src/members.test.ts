/** Every number that can be opened has as many members as it says, page by page, in random worlds and breakdowns. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEventWorld, landWorld } from '../../kpi/src/testing/event-world.ts';
import { createRandom, openTestStore, pickFrom } from '../../kpi/src/testing/world.ts';
import { WORLDS } from '../../kpi/src/testing/worlds.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { listen, type TestServer } from './testing/server.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 2, 1);
/** Each world has days of its own; a few are enough beside those that the questions behind are asked about. */
const COUNT = Math.ceil(WORLDS / 20);
const LENGTH_MS = 4 * DAY_MS;
const NOW = START + (COUNT + 1) * 5 * DAY_MS;

let store: Store;
let server: TestServer;
let client: Client;
beforeAll(async () => {
  store = await openTestStore();
  const worlds = Array.from({ length: COUNT }, (_, index) =>
    createEventWorld({
      seed: index + 21_000,
      startMs: START + index * 5 * DAY_MS,
      lengthMs: LENGTH_MS,
      count: 60,
      moments: 40,
    }),
  );
  await landWorld(store, {
    spans: worlds.flatMap(({ spans }) => spans),
    logs: worlds.flatMap(({ logs }) => logs),
  });
  server = await listen(createApp({ reader: store, version: '1', clock: () => NOW }));
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

interface Page {
  readonly data: readonly object[];
  readonly meta: { readonly total: number; readonly nextCursor: string | null };
}

/** Asks for all pages of three; all must say the same number, and hold as many members, each once. */
async function expectMembers(
  number: number,
  label: string,
  ask: (page: { limit: number; cursor: string | undefined }) => Promise<Page>,
): Promise<void> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const { data, meta } = await ask({ limit: 3, cursor });
    expect(meta.total, label).toBe(number);
    found.push(...data.map((row) => JSON.stringify(row)));
    cursor = meta.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(found, label).toHaveLength(number);
  expect(new Set(found).size, label).toBe(number);
}

describe.each(Array.from({ length: COUNT }, (_, index) => index))('in world %i', (index) => {
  const random = createRandom(index + 77);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const some = <T>(items: readonly T[]): T[] =>
    items.length <= 2 ? [...items] : Array.from({ length: 2 }, () => pick(items));
  const startMs = START + index * 5 * DAY_MS;
  const range = {
    from: String(startMs),
    to: String(startMs + pick([LENGTH_MS, 2.5 * DAY_MS])),
    timeZone: pick(['UTC', 'Asia/Kathmandu']),
  };
  const split = pick([
    {},
    { by: 'plan', top: 1 },
    { by: 'service', top: 2 },
    { by: 'feature', top: 9 },
  ]);
  const groupOf = (group: string | null): { group?: string } => (group === null ? {} : { group });
  const activity = {
    ...range,
    ...split,
    unit: pick(['user', 'session'] as const),
    feature: pick(['any', 'view']),
    event: pick([undefined, 'any']),
    interval: pick(['1d', '6h'] as const),
  };

  test('stickiness has its members', async () => {
    expect.hasAssertions();
    const { data, meta } = await client.get('/api/v1/stickiness', { query: activity });
    const { asOf } = meta;
    for (const { group, steps } of some(data.series))
      for (const { intervals, exactly, atLeast } of some(steps))
        for (const [number, isAtLeast] of [
          [exactly, false],
          [atLeast, true],
        ] as const)
          await expectMembers(number, `${String(group)} ${String(intervals)}`, (page) =>
            client.get('/api/v1/stickiness/members', {
              query: {
                ...activity,
                ...groupOf(group),
                ...page,
                asOf,
                intervals,
                atLeast: isAtLeast,
              },
            }),
          );
    for (const { start, dau, wau, mau } of some(data.days))
      for (const [number, days] of [
        [dau, '1'],
        [wau, '7'],
        [mau, '28'],
      ] as const)
        await expectMembers(number, `${start} ${days}`, (page) =>
          client.get('/api/v1/stickiness/members', {
            query: { ...activity, ...page, asOf, day: start, days },
          }),
        );
  }, 60_000);

  test('lifecycle has its members', async () => {
    expect.hasAssertions();
    const { data, meta } = await client.get('/api/v1/lifecycle', { query: activity });
    for (const { group, points } of some(data))
      for (const point of some(points))
        for (const state of ['new', 'returning', 'resurrecting', 'dormant'] as const)
          await expectMembers(Math.abs(point[state]), `${state} ${point.start}`, (page) =>
            client.get('/api/v1/lifecycle/members', {
              query: {
                ...activity,
                ...groupOf(group),
                ...page,
                asOf: meta.asOf,
                state,
                start: point.start,
              },
            }),
          );
  }, 60_000);

  test('frequency has its members', async () => {
    expect.hasAssertions();
    const { data, meta } = await client.get('/api/v1/frequency', { query: activity });
    for (const series of some(data))
      for (const of of ['runs', 'intervals'] as const)
        for (const { from: least, to, actors } of some(series[of].bins))
          await expectMembers(actors, `${of} ${String(least)}`, (page) =>
            client.get('/api/v1/frequency/members', {
              query: {
                ...activity,
                ...groupOf(series.group),
                ...page,
                asOf: meta.asOf,
                of,
                least,
                most: to ?? undefined,
              },
            }),
          );
  }, 60_000);

  test('adoption has its members', async () => {
    expect.hasAssertions();
    const params = { name: pick(['view', 'add', `x'"; $p1 --`]) };
    const { data, meta } = await client.get('/api/v1/adoption/{name}', { params, query: range });
    const members = async (
      part: 'eligible' | 'tried' | 'repeated' | 'adopted' | 'retained',
      number: number,
      day?: string,
    ): Promise<void> =>
      await expectMembers(number, `${part} ${String(day)}`, (page) =>
        client.get('/api/v1/adoption/{name}/members', {
          params,
          query: { ...range, ...page, asOf: meta.asOf, part, day },
        }),
      );
    for (const part of ['eligible', 'tried', 'repeated', 'adopted', 'retained'] as const)
      await members(part, data[part]);
    for (const { start, tried, adopted } of some(data.days)) {
      await members('tried', tried, start);
      await members('adopted', adopted, start);
    }
  }, 60_000);

  test('usage has its members', async () => {
    expect.hasAssertions();
    const query = {
      ...range,
      interval: pick(['1d', '6h'] as const),
      by: pick([undefined, 'feature', 'category', 'component', 'status'] as const),
      top: pick([1, 2, 10]),
      service: pick([undefined, 'shop']),
      feature: pick([undefined, undefined, 'view']),
    };
    const { data } = await client.get('/api/v1/usage', { query });
    for (const { group, runs, points } of some(data)) {
      const own = { ...query, ...(query.by === undefined ? {} : groupOf(group)) };
      await expectMembers(runs, `all ${String(group)}`, (page) =>
        client.get('/api/v1/usage/members', { query: { ...own, ...page } }),
      );
      for (const point of some(points))
        for (const of of ['runs', 'users', 'sessions'] as const)
          await expectMembers(point[of] ?? -1, `${of} ${String(group)} ${point.start}`, (page) =>
            client.get('/api/v1/usage/members', {
              query: { ...own, ...page, of, start: point.start },
            }),
          );
    }
  }, 60_000);

  test('slowness has its members', async () => {
    expect.hasAssertions();
    const params = { name: 'view' };
    const query = {
      ...range,
      slow: pick(['quartile', 'tier'] as const),
      returnTo: pick(['feature', 'any'] as const),
      unit: pick(['user', 'session'] as const),
    };
    const path = '/api/v1/features/{name}/slowness';
    const { data, meta } = await client.get(path, { params, query });
    for (const side of ['slow', 'fast'] as const) {
      const { n, returned, immature } = data[side];
      for (const [outcome, number] of [
        ['mature', n],
        ['returned', returned],
        ['away', n - returned],
        ['immature', immature],
      ] as const)
        await expectMembers(number, `${side} ${outcome}`, (page) =>
          client.get(`${path}/members`, {
            params,
            query: { ...query, ...page, asOf: meta.asOf, side, outcome },
          }),
        );
    }
  }, 60_000);
});

test('a group whose value is empty has its members, too', async () => {
  const query = { from: String(START), to: String(NOW), by: 'plan', top: 9, event: 'any' };
  const { data, meta } = await client.get('/api/v1/frequency', { query });
  const bins = data.find(({ group }) => group === '')?.runs.bins ?? [];
  expect(bins.some(({ actors }) => actors > 0)).toBe(true);
  for (const { from: least, to, actors } of bins)
    await expectMembers(actors, String(least), (page) =>
      client.get('/api/v1/frequency/members', {
        query: { ...query, ...page, group: '', asOf: meta.asOf, least, most: to ?? undefined },
      }),
    );
});

test.each([
  ['/api/v1/stickiness/members', 400, 'MEMBER_NUMBER_MISSING'],
  ['/api/v1/stickiness/members?intervals=0', 400, 'PARAMETER_INVALID'],
  ['/api/v1/stickiness/members?intervals=', 400, 'PARAMETER_INVALID'],
  ['/api/v1/stickiness/members?intervals=1&cursor=', 400, 'PARAMETER_INVALID'],
  ['/api/v1/stickiness/members?day=never', 404, 'MEMBER_CELL_UNKNOWN'],
  ['/api/v1/stickiness/members?intervals=1&by=plan', 400, 'MEMBER_NUMBER_MISSING'],
  ['/api/v1/lifecycle/members?state=gone&start=x', 400, 'PARAMETER_INVALID'],
  ['/api/v1/lifecycle/members?state=new&start=2020-01-01T00:00:00Z', 404, 'MEMBER_CELL_UNKNOWN'],
  ['/api/v1/adoption/nowhere/members?part=tried', 404, 'FEATURE_UNKNOWN'],
  ['/api/v1/adoption/view/members?part=exposed', 400, 'MEMBER_NUMBER_MISSING'],
  ['/api/v1/adoption/view/members?part=retained&day=x', 400, 'MEMBER_NUMBER_MISSING'],
  ['/api/v1/usage/members?feature=nowhere', 404, 'FEATURE_UNKNOWN'],
  ['/api/v1/usage/members?by=status', 400, 'MEMBER_NUMBER_MISSING'],
  ['/api/v1/usage/members?asOf=x', 400, 'PARAMETER_INVALID'],
  ['/api/v1/features/view/slowness/members', 400, 'PARAMETER_INVALID'],
])('%s is answered with %i %s', async (target, status, code) => {
  const response = await fetch(`${server.baseUrl}${target}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
});
