/** Retention and activity through the API: every number has as many members as it says, and bad input is told. */
import { parseDefinitions, type DefinitionState } from '@heartwood/kpi';
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventWorld, landWorld } from '../../kpi/src/testing/event-world.ts';
import { openTestStore } from '../../kpi/src/testing/world.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { listen, type TestServer } from './testing/server.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 1);
const NOW = START + 48 * HOUR_MS;
const RANGE = { from: String(START), to: String(START + 6 * HOUR_MS) };
const FILE = `
measures:
  planned: {agg: count, of: {event: signup_planned}}
kpis:
  - {id: planned, type: simple, measure: planned, window: 1d}
funnels:
  - {id: ahead, window: 1h, steps: ["event:signup_planned", "feature:view"]}
retention:
  - {id: hourly, start: {feature: any, occurrence: any}, return: event:any, period: hour, periods: 3, breakdown: plan}
  - {id: both, start: {feature: any, occurrence: any}, return: feature:any, period: hour, periods: 3, breakdown: service, breakdownOn: both}
  - {id: weekly, start: feature:any, return: feature:any}
  - {id: later, start: feature:any, return: feature:any, criterion: on_or_after}
  - {id: ahead, start: "event:signup_planed", return: {feature: [view, not_yet]}}
  - {id: long, start: feature:any, return: feature:any, period: hour, periods: 366}
`;

let store: Store;
let server: TestServer;
let client: Client;
beforeAll(async () => {
  store = await openTestStore();
  const world = { seed: 5, startMs: START, lengthMs: 6 * HOUR_MS, count: 120, moments: 60 };
  await landWorld(store, createEventWorld(world));
  const definitions = definitionsOf(FILE);
  server = await listen(
    createApp({ reader: store, version: '1', clock: () => NOW, definitions: () => definitions }),
  );
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

test('every number of a table has as many members as it says', { timeout: 60_000 }, async () => {
  const params = { id: 'hourly' };
  const { data, meta } = await client.get('/api/v1/retention/{id}', {
    params,
    query: { ...RANGE, top: 2 },
  });
  expect(data.series.map(({ group }) => group)).toContain('$other');
  let numbers = 0;
  for (const { group, cohorts } of data.series)
    for (const { start, size, cells } of cohorts.slice(1, 4)) {
      const columns = cells.map(({ returned }, period) => ({ period, number: returned }));
      for (const { period, number } of [{ period: undefined, number: size }, ...columns]) {
        const own = { cohort: start, group: group ?? '', period, asOf: meta.asOf };
        const members = await client.get('/api/v1/retention/{id}/members', {
          params,
          query: { ...RANGE, ...own, top: 2, limit: 1 },
        });
        expect(members.meta.total).toBe(number);
        expect(members.data).toHaveLength(Math.min(1, number ?? 0));
        numbers += number ?? 0;
      }
    }
  expect(numbers).toBeGreaterThan(5);
});

test('where a return keeps the value of its start, members of no group are those of all groups', async () => {
  const params = { id: 'both' };
  const query = { ...RANGE, top: 2 };
  const { data, meta } = await client.get('/api/v1/retention/{id}', { params, query });
  const [first] = data.series;
  for (const [index, { start }] of (first?.cohorts ?? []).entries())
    for (const period of [0, 1, 2]) {
      const returned = data.series.map(({ cohorts }) => cohorts[index]?.cells[period]?.returned);
      const members = await client.get('/api/v1/retention/{id}/members', {
        params,
        query: { ...query, cohort: start, period, asOf: meta.asOf, limit: 1 },
      });
      expect(members.meta.total).toBe(returned.reduce<number>((sum, one) => sum + (one ?? 0), 0));
    }
});

test.each([
  [
    '/api/v1/retention/query',
    { start: 'feature:vew', return: 'feature:any' },
    'FEATURE_UNKNOWN',
    { suggestions: ['view'] },
  ],
  [
    '/api/v1/retention/query',
    { start: 'feature:any', return: 'event:nowhere' },
    'EVENT_UNKNOWN',
    {},
  ],
  [
    '/api/v1/funnels/query',
    { window: '1h', steps: ['feature:view', { event: ['signup_planed'] }] },
    'EVENT_UNKNOWN',
    {},
  ],
])('%s of %j is refused with %s', async (target, definition, code, more) => {
  const response = await fetch(`${server.baseUrl}${target}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ definition, ...RANGE }),
  });
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code, ...more });
});

test.each([
  ['/api/v1/retention/ahead', 'signup_planed'],
  ['/api/v1/retention/ahead', 'not_yet'],
  ['/api/v1/funnels/ahead', 'signup_planned'],
  ['/api/v1/kpis', 'signup_planned'],
  ['/api/v1/kpis/planned', 'signup_planned'],
])('%s is answered, with a warning that nothing is called %s', async (target, name) => {
  const response = await fetch(`${server.baseUrl}${target}`);
  expect(response.status).toBe(200);
  const { meta } = (await response.json()) as { meta: { warnings: string[] } };
  expect(meta.warnings).toContainEqual(
    expect.stringMatching(new RegExp(`"${name}".*The definition is ahead of the data`, 'u')),
  );
  expect(meta.warnings.join()).not.toContain('"view"');
});

test('an explanation names the table, what ran and the equal command', async () => {
  const { meta } = await client.get('/api/v1/retention/{id}', {
    params: { id: 'hourly' },
    query: { ...RANGE, explain: true },
  });
  expect(meta.explain).toMatchObject({
    definition: { kind: 'retention', id: 'hourly', source: { file: 'retention.yaml', line: 9 } },
    sentence: expect.stringContaining('users by the hour of each start'),
    statements: [{ name: 'retention', sql: expect.stringMatching(/^WITH eligible AS/u) }],
    command:
      'heartwood retention show hourly --top 10 --from 2026-03-01T00:00:00.000Z --to 2026-03-01T06:00:00.000Z --time-zone UTC',
  });
});

test.each([
  ['/api/v1/retention/hourlyy', 404, 'RETENTION_UNKNOWN'],
  ['/api/v1/retention/long?since=1830d', 422, 'RETENTION_TOO_LARGE'],
  ['/api/v1/retention/hourly?top=201', 400, 'PARAMETER_INVALID'],
  ['/api/v1/retention/hourly/members?cohort=never', 404, 'RETENTION_CELL_UNKNOWN'],
  [
    `/api/v1/retention/hourly/members?cohort=2026-03-01T00:00:00Z&period=9&from=${RANGE.from}`,
    404,
    'RETENTION_CELL_UNKNOWN',
  ],
  [
    `/api/v1/retention/hourly/members?cohort=2026-03-01T01:00:00Z&group=nobody&from=${RANGE.from}&to=${RANGE.to}`,
    404,
    'GROUP_UNKNOWN',
  ],
  ['/api/v1/retention/long/members?cohort=x&group=a', 422, 'RETENTION_NOT_SPLIT'],
  ['/api/v1/retention/hourly/members', 400, 'PARAMETER_INVALID'],
  ['/api/v1/stickiness?feature=nowhere', 404, 'FEATURE_UNKNOWN'],
  ['/api/v1/lifecycle?event=nowhere', 404, 'EVENT_UNKNOWN'],
  [`/api/v1/frequency?event=nowhere&feature=view&from=${RANGE.from}`, 404, 'EVENT_UNKNOWN'],
  ['/api/v1/frequency?unit=trace', 400, 'PARAMETER_INVALID'],
  ['/api/v1/frequency?interval=1m&since=28d', 400, 'INTERVAL_TOO_FINE'],
  ['/api/v1/stickiness?from=now&to=yesterday', 400, 'RANGE_REVERSED'],
  ['/api/v1/lifecycle?since=3650d', 400, 'RANGE_TOO_LONG'],
  ['/api/v1/lifecycle?from=1970-01-01&since=1d&to=1970-01-02', 400, 'RANGE_AMBIGUOUS'],
])('%s is answered with %i %s', async (target, status, code) => {
  const response = await fetch(`${server.baseUrl}${target}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
});

test.each(['stickiness', 'lifecycle', 'frequency'] as const)(
  '%s is of four weeks unless a range is given',
  async (name) => {
    const { meta } = await client.get(`/api/v1/${name}`, { query: {} });
    expect(Date.parse(meta.to) - Date.parse(meta.from)).toBe(28 * 24 * HOUR_MS);
  },
);

test.each([
  ['hourly', 3],
  ['weekly', 12 * 168],
  ['later', 2 * 12 * 168],
  // 367 columns leave room for 27 cohorts, of which the ends of the range may cut two.
  ['long', 25],
])('the table %s is of %i hours unless a range is given', async (id, hours) => {
  const { meta } = await client.get('/api/v1/retention/{id}', { params: { id } });
  expect(Date.parse(meta.to) - Date.parse(meta.from)).toBe(hours * HOUR_MS);
});

test('the range of a table holds a complete number unless another is given', async () => {
  for (const id of ['weekly', 'later']) {
    const { data } = await client.get('/api/v1/retention/{id}', { params: { id } });
    const cells = data.series.flatMap(({ cohorts }) => cohorts.flatMap((one) => one.cells));
    expect(cells.some(({ complete }) => complete)).toBe(true);
  }
});

test('the first days that there are can be asked about', async () => {
  const query = { from: '1970-01-01', to: '1970-01-03', event: 'any' };
  const { data } = await client.get('/api/v1/stickiness', { query });
  expect(data.days).toHaveLength(2);
  const { data: life } = await client.get('/api/v1/lifecycle', { query });
  expect(life[0]?.points).toHaveLength(2);
});

test('a definition in a question that means nothing is refused with all that is wrong', async () => {
  const response = await fetch(`${server.baseUrl}/api/v1/retention/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ definition: { start: 'x', period: 'year' } }),
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({
    code: 'DEFINITION_INVALID',
    problems: [{}, {}, {}],
  });
});

function definitionsOf(text: string): DefinitionState {
  const loaded = parseDefinitions([{ name: 'retention.yaml', text }], NOW);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return { folder: '/definitions', set: loaded.set, problems: [], readAtMs: NOW };
}
