/** Every route answers what its own schema says, and says it in the OpenAPI document. */
import {
  createStoredSource,
  ErrorIndex,
  OperationBoard,
  parseDefinitions,
  type DefinitionState,
} from '@heartwood/kpi';
import { OPERATION_EVENTS, SELF_METRICS } from '@heartwood/semconv';
import type { Store } from '@heartwood/store';
import { Batch } from '@heartwood/store/batch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operationEvent } from '../../kpi/src/testing/operation-events.ts';
import { createWorld, FEATURES } from '../../kpi/src/testing/span-world.ts';
import { landWorld, openTestStore, PLAIN_SPAN } from '../../kpi/src/testing/world.ts';
import { writeRow } from '../../store/src/testing/write-row.ts';
import { createApp } from './app.ts';
import { createClient, type Client } from './client.ts';
import { NOTHING_RECEIVED, type ReceiverState } from './contract/receiver.ts';
import type { Route } from './contract/route.ts';
import { ROUTES } from './contract/routes.ts';
import { createOpenApi } from './openapi.ts';
import { listen, type TestServer } from './testing/server.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR_MS = 3_600_000;
const RECEIVER: ReceiverState = {
  ...NOTHING_RECEIVED,
  received: 9,
  stored: 6,
  rejected: 2,
  waiting: 1,
  signals: [
    {
      signal: 'traces',
      received: 9,
      recovered: 0,
      stored: 6,
      rejected: 2,
      refused: 0,
      duplicate: 0,
      deadLettered: 0,
      waiting: 1,
      reasons: { rejected: { 'the span id is missing or zero': 2 }, refused: {}, deadLettered: {} },
      marked: { truncated: 1 },
    },
  ],
};
const DEFINITIONS = definitionsOf(`
goals: {sell: {}}
measures:
  paid: {agg: count, of: {feature: checkout, status: [success]}}
  tried: {agg: count, of: feature:checkout}
kpis:
  - {id: success, goal: sell, numerator: paid, denominator: tried, window: 12h, target: {target: 0.9, warn: 0.5}}
  - {id: converts, funnel: success, target: 0.5}
  - {id: parts, calculation: {rate: paid / tried, failed: tried - paid}, window: 3h}
  - {id: late, calculation: never / never, events: [never], window: {calendar: month}}
retention:
  - {id: success, start: feature:checkout, return: feature:any, period: hour, periods: 3, breakdown: component}
heart:
  - id: success
    feature: checkout
    letters:
      happiness: {goal: g, signal: s, metric: {feedback: mean}}
      engagement: {goal: g, signal: s, metric: {engagement: fiveOfSeven}}
      taskSuccess: {goal: g, signal: s, metric: {success: rate}}
funnels:
  - {id: success, steps: [feature:checkout, {id: any, feature: any}], breakdown: {by: component}}
`);

let store: Store;
let server: TestServer;
let client: Client;

beforeAll(async () => {
  store = await openTestStore();
  const startNs = BigInt(NOW - HOUR_MS) * 1_000_000n;
  await landWorld(store, [
    ...createWorld(3, NOW - 20 * HOUR_MS, 19 * HOUR_MS, 300),
    { ...PLAIN_SPAN, seq: 9_000_000n, startNs, efficiency: Number.NaN, user: null, session: null },
    {
      ...PLAIN_SPAN,
      seq: 9_000_001n,
      startNs,
      durationNs: 0n,
      negative: true,
      feature: 'only negative',
    },
  ]);
  const batch = new Batch(2);
  writeRow(batch.vocabulary, { id: 900_002n, hash: 900_002n, text: 'order_placed' });
  const time = { time: startNs, observed_time: startNs, received_time: startNs };
  writeRow(batch.logs, {
    ...time,
    seq: 9_100_000n,
    severity_number: 99,
    event_name_id: 900_002n,
    body: 'paid',
    attributes: '{"a":1}',
  });
  writeRow(batch.vocabulary, { id: 900_003n, hash: 900_003n, text: OPERATION_EVENTS.progress });
  writeRow(batch.logs, {
    ...time,
    seq: 9_100_001n,
    event_name_id: 900_003n,
    attributes: '{"feature.operation.id":"success","feature.operation.current":1}',
  });
  writeRow(batch.identities, { id: 900_004n, hash: 900_004n, text: 'success' });
  writeRow(batch.logs, { ...time, seq: 9_100_003n, session_id: 900_004n, attributes: '{}' });
  writeRow(batch.vocabulary, { id: 900_005n, hash: 900_005n, text: 'database_operation' });
  writeRow(batch.logs, {
    ...time,
    seq: 9_100_004n,
    event_name_id: 900_005n,
    attributes:
      '{"log_type":"database_operation","operation_details.success":true,"operation_details.duplicate_detected":true,"lead_identifier.lead_id":"1","training_labels.data_quality":"high"}',
  });
  writeMetric(batch, startNs);
  await store.land(batch, { record: 2n, rows: 0 });
  const errors = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
  while (await errors.turn());
  const operations = new OperationBoard({
    source: createStoredSource(store),
    keep: (job) => store.apply(job),
    clock: () => NOW,
    taking: () => undefined,
  });
  await operations.load();
  const receivedNs = BigInt(NOW) * 1_000_000n;
  const event = { id: 'kept', timeNs: startNs, receivedNs, seq: 9_100_002n };
  operations.take(
    [operationEvent('end', 0, { ...event, elapsedS: 1, status: 'failed', errorType: 'E' })],
    false,
  );
  await operations.flush(true);
  server = await listen(
    createApp({
      reader: store,
      errors,
      operations,
      version: '1.2.3',
      clock: () => NOW,
      otlpHttpUrl: 'http://127.0.0.1:4318',
      receiver: () => RECEIVER,
      definitions: () => DEFINITIONS,
      metrics: async () => [
        {
          definition: SELF_METRICS.diskFree,
          points: [{ attributes: {}, reading: { kind: 'number', value: 7 } }],
        },
      ],
    }),
  );
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

/** A histogram with a point that has everything, and one that has nothing. */
function writeMetric(batch: Batch, time: bigint): void {
  writeRow(batch.vocabulary, { id: 900_001n, hash: 900_001n, text: 'latency' });
  const content = '{"name":"latency","unit":"s","description":"how long"}';
  writeRow(batch.metrics, { id: 1, name_id: 900_001n, type: 9, temporality: 2, content });
  writeRow(batch.attributeSets, { id: 1n, content: '{"a":1}' });
  const point = { time, received_time: time, metric_id: 1 };
  writeRow(batch.metricPoints, {
    ...point,
    seq: 9_200_000n,
    start_time: time - 1n,
    attribute_set_id: 1n,
  });
  writeRow(batch.metricPoints, {
    ...point,
    seq: 9_200_001n,
    value_kind: 1,
    int_value: 2n ** 53n + 1n,
    value: 2 ** 53,
  });
  writeRow(batch.metricDistributions, {
    seq: 9_200_000n,
    time,
    count: 3n,
    given: 1,
    sum: Number.NaN,
    bounds: '[0.5]',
    bucket_counts: '[1,2]',
    positive_counts: '[]',
    negative_counts: '[]',
    quantiles: '[]',
    quantile_values: '[]',
  });
  writeRow(batch.exemplars, { seq: 9_200_000n, time, value_kind: 2, value: 0.5, attributes: '{}' });
  writeRow(batch.replacedTimes, { seq: 9_200_000n, time, original: '{"timeUnixNano":"1"}' });
}

/** Of the runs of the world that fail with a TypeError and say that it broke. */
const FINGERPRINT = 'v1:26845255373b9f66';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  '/api/v1/features': [
    '',
    'trend=true',
    'trend=true&since=1m',
    'limit=2&sort=p95Ms&explain=true',
    'status=failed&service=shop',
    'since=7d&timeZone=Asia/Kathmandu&trend=true',
  ],
  '/api/v1/usage': [
    '',
    'by=feature&top=2',
    'by=status',
    'by=component&interval=1h',
    'by=category&since=28d&interval=1d&timeZone=Europe/Berlin',
    'feature=checkout&since=1m&explain=true',
  ],
  '/api/v1/records': [
    '',
    'limit=1',
    'feature=checkout&status=failed&minDurationMs=0.5',
    'user=u1&session=s1',
    'errorType=TypeError',
  ],
  '/api/v1/errors': [
    '',
    'limit=1&timeZone=Europe/Berlin',
    'by=category',
    'by=feature&since=2h',
    'by=component&category=unknown&service=shop',
    'errorType=TypeError&feature=checkout&component=shop&session=s1&user=u1',
    'traceId=0af7651916cd43dd8448eb211c80319c',
  ],
  '/api/v1/errors/summary': ['', 'category=api&since=7d'],
  '/api/v1/summaries': ['', 'day=yesterday&limit=1'],
  '/api/v1/sessions': [
    '',
    'limit=1',
    'kind=work&state=ended&component=x&user=u1&service=shop&ci=true',
  ],
  '/api/v1/sessions/report': [
    'ci=false',
    'format=md&session=success',
    'format=junit&limit=1&ci=false',
  ],
  '/api/v1/sessions/summary': ['', 'kind=visit&since=24h&timeZone=Europe/Berlin'],
  '/api/v1/entries': ['', 'type=database_operation&service=shop&session=success&limit=1'],
  '/api/v1/entries/duplicates': ['', 'since=2d&timeZone=Asia/Kathmandu'],
  '/api/v1/entries/batches': ['', 'syncType=to_airtable'],
  '/api/v1/traces': [
    '',
    'limit=1',
    'errors=true',
    'errors=false',
    'service=shop&feature=checkout&minDurationMs=1',
  ],
  '/api/v1/services': ['', 'limit=1', 'service=shop', 'explain=true'],
  '/api/v1/explain': ['path=/api/v1/features', 'path=/api/v1/kpis/success?interval%3D1h'],
  '/api/v1/features/{name}': ['', 'explain=true'],
  '/api/v1/logs': [
    '',
    'limit=1',
    'service=shop&minSeverity=warn&traceId=0af7651916cd43dd8448eb211c80319c&text=paid',
    'text=paid&before=1&after=2',
  ],
  '/api/v1/logs/histogram': [
    '',
    'interval=1h&minSeverity=warn&timeZone=Asia/Kathmandu',
    'since=2d',
  ],
  '/api/v1/events': [
    '',
    'explain=true',
    'event=order_placed&by=plan&limit=1&explain=true',
    'by=service&since=1m',
  ],
  '/api/v1/metrics': ['', 'limit=1'],
  '/api/v1/metrics/points': ['name=latency', 'name=latency&limit=1'],
  '/api/v1/kpis': ['', 'goal=sell', 'status=no_target', 'to=yesterday&timeZone=Asia/Kathmandu'],
  '/api/v1/kpis/{id}/members': ['measure=paid', 'measure=tried&by=component&group=$none&limit=1'],
  '/api/v1/kpis/{id}': ['', 'by=component&top=1', 'interval=15m&explain=true', 'to=1790000000000'],
  '/api/v1/funnels/{id}': ['', 'by=service&top=1&explain=true', 'interval=6h&since=2d'],
  '/api/v1/funnels/{id}/members': ['step=1', 'step=1&outcome=dropped&limit=1'],
  '/api/v1/retention/{id}': ['', 'by=service&top=1&explain=true', 'since=2d'],
  '/api/v1/retention/{id}/members': [
    'since=6h&cohort=2026-11-21T08:00:00Z&limit=1',
    'since=1d&cohort=2026-11-21T08:00:00Z&period=0&group=shop',
  ],
  '/api/v1/stickiness': ['', 'event=any&by=plan&explain=true&since=7d', 'interval=1h&unit=session'],
  '/api/v1/lifecycle': [
    '',
    'feature=checkout&by=component&top=1&interval=1h',
    'event=order_placed',
  ],
  '/api/v1/frequency': ['', 'feature=any&event=any&by=status&since=7d', 'since=1m'],
  '/api/v1/adoption': ['', 'limit=1&explain=true', 'since=7d&timeZone=Asia/Kathmandu'],
  '/api/v1/stickiness/members': ['intervals=1', 'day=2026-11-21T00:00:00Z&days=28&limit=1'],
  '/api/v1/lifecycle/members': ['since=6h&interval=1h&state=new&start=2026-11-21T08:00:00Z'],
  '/api/v1/frequency/members': ['least=1&most=3', 'of=intervals&least=1&by=plan&group=$none'],
  '/api/v1/adoption/{name}/members': ['part=tried', 'part=eligible&limit=1'],
  '/api/v1/usage/members': ['', 'of=users&limit=1', 'by=component&group=$other&of=sessions'],
  '/api/v1/adoption/{name}': ['', 'since=2d&explain=true'],
  '/api/v1/features/{name}/performance': ['', 'since=3h&interval=1h&explain=true'],
  '/api/v1/features/{name}/slowness': ['', 'slow=tier&returnTo=any&unit=session', 'slowMs=2.5'],
  '/api/v1/features/{name}/slowness/members': ['side=slow', 'side=fast&outcome=immature&limit=1'],
  '/api/v1/feedback': ['', 'feature=checkout&limit=1&explain=true', 'since=1m'],
  '/api/v1/heart/{id}': ['', 'since=2d&explain=true'],
  '/api/v1/heart/{id}/members': [
    'letter=taskSuccess&part=ended',
    'since=1d&letter=taskSuccess&part=succeeded&limit=1',
  ],
  '/api/v1/paths': [
    'after=checkout',
    'before=event:order_placed&steps=events&depth=5&top=1&explain=true',
  ],
  '/api/v1/paths/members': [
    'after=checkout&at=0&step=feature:checkout',
    'after=checkout&at=1&step=$end&limit=1',
  ],
  '/api/stats': ['', 'since=1m', 'category=other&explain=true'],
};

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const PLAN_FILES = [
  {
    name: 'plan.yaml',
    text: 'events: {order_placed: {schema: {properties: {total: {type: number}}}}}',
  },
];
const POSTS: Readonly<Record<string, RequestInit>> = {
  queryRetention: post({
    definition: { start: 'feature:checkout', return: 'event:any', period: 'hour', mode: 'rolling' },
    explain: true,
  }),
  queryFunnel: post({
    definition: { order: 'any', steps: ['feature:checkout', 'event:order_placed'] },
    by: 'component',
    interval: '1h',
    explain: true,
  }),
  validateEvent: post({
    files: PLAN_FILES,
    event: 'order_placed',
    properties: { total: 'seven', note: 'x' },
  }),
  inferPlan: post({ since: '7d', explain: true }),
  lintPlan: post({ files: PLAN_FILES }),
  diffPlans: post({
    before: [{ name: 'a.yaml', text: 'events: {order_shipped: {}, order_placed: {}}' }],
    after: PLAN_FILES,
  }),
  importPlan: post({
    name: 'plan.md',
    text: '| Event Name | Step in Funnel |\n| --- | --- |\n| order_placed | x |\n',
  }),
  writePlan: post({ files: PLAN_FILES, to: 'csv' }),
  runQuality: post({ checks: ['volume', 'gap'] }),
  makeSummary: post({ day: 'today' }),
  checkDefinitions: post({
    files: [{ name: 'a.yaml', text: 'goals:\n  - id: grow\nmeasure: 1\n' }],
  }),
};

const routes = Object.entries<Route>(ROUTES);
const answering = routes.flatMap(([name, route]) =>
  route.kind === undefined ? [[name, route] as const] : [],
);
const calls = answering.flatMap(([name, route]) => {
  const target = route.path
    .replace('{name}', 'checkout')
    .replace('{traceId}', TRACE)
    .replace('{fingerprint}', FINGERPRINT)
    .replace('{seq}', '9100000')
    .replace('{id}', 'success');
  return (VARIANTS[route.path] ?? ['']).map(
    (query) => [name, query === '' ? target : `${target}?${query}`, route] as const,
  );
});

test.each(calls)('%s at %s answers exactly what its schema says', async (name, target, route) => {
  const response = await fetch(`${server.baseUrl}${target}`, POSTS[name]);
  expect(response.status).toBe(200);
  const type = route.produces ?? 'application/json';
  const parts = (text: string | null): string[] => (text ?? '').split('; ').toSorted();
  expect(parts(response.headers.get('content-type'))).toEqual(expect.arrayContaining(parts(type)));
  const body: unknown =
    route.produces === undefined ? await response.json() : await response.text();
  // Schemas drop what they do not know: an answer with a member too many differs from what comes out.
  expect(route.answer.parse(body)).toEqual(body);
});

/** What nothing is called, where any word will not do. */
const NOTHING: Readonly<Record<string, string>> = {
  traceId: 'f'.repeat(32),
  fingerprint: 'v1:0123456789abcdef',
  seq: '1',
};
const nothingOf = (parameter: string): string => NOTHING[parameter] ?? 'nothing';
const RANGE = new Set(['from', 'to', 'since', 'timeZone']);
/** Each route by names that nothing has, too finely, and for a part that no answer has. */
const misasked = answering.flatMap(([, { path, method, query }]) => {
  // The paths of the first dashboard are asked by their newer names.
  if (method !== 'get' || !path.startsWith('/api/v1/')) return [];
  const shape = query.shape as Readonly<Record<string, z.ZodType>>;
  const takes = (parameter: string): boolean => Object.hasOwn(shape, parameter);
  const named = Object.entries(shape).filter(
    ([name, type]) => !RANGE.has(name) && type.safeParse(nothingOf(name)).success,
  );
  const changes = [
    ...named.map(([name]) => ({ [name]: nothingOf(name) })),
    { since: '1830d', interval: '1m' },
    { by: 'component', ...(takes('group') && { group: 'nothing' }) },
    { start: '2026-11-21T08:00:01Z' },
  ].filter((change) => Object.keys(change).every(takes));
  const known = calls.find(([, , route]) => route.path === path)?.[1] ?? path;
  const nobody = path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => nothingOf(name));
  return [nobody, ...changes.map((change) => changed(known, change))];
});

function changed(target: string, change: Readonly<Record<string, string>>): string {
  const [pathname = '', search = ''] = target.split('?');
  const query = { ...Object.fromEntries(new URLSearchParams(search)), ...change };
  return `${pathname}?${String(new URLSearchParams(query))}`;
}

test('routes declare the codes with which they refuse what they have not, or not so fine', async () => {
  const codes = new Set<string>();
  for (const target of misasked) {
    const response = await fetch(`${server.baseUrl}${target}`);
    const text = await response.text();
    if (!response.ok) codes.add((JSON.parse(text) as { code: string }).code);
  }
  expect([...server.undeclared]).toEqual([]);
  expect(codes.size).toBeGreaterThan(25);
  expect(codes).not.toContain('INTERNAL');
}, 120_000);

test('the rows of features and services have exactly the members that were promised, in order', async () => {
  const features = await client.get('/api/v1/features');
  expect(Object.keys(features.data[0] ?? {}).join(' ')).toBe(
    'feature category component runs users sessions success failed partial timeout cancelled successRate p50Ms p95Ms p99Ms meanMs efficiency tier firstSeen lastSeen',
  );
  const services = await client.get('/api/v1/services');
  expect(Object.keys(services.data[0] ?? {}).join(' ')).toBe(
    'service spans errors errorRate p50Ms p95Ms p99Ms maxMs negative firstSeen lastSeen',
  );
});

test('metrics are listed, and the points of one come with all that is stored of them', async () => {
  const { data: metrics } = await client.get('/api/v1/metrics');
  expect(metrics).toEqual([
    {
      name: 'latency',
      type: 'histogram',
      unit: 's',
      description: 'how long',
      temporality: 'cumulative',
      monotonic: null,
      services: [],
      series: 2,
      points: 2,
      firstSeen: '2026-11-21T11:00:00.000000000Z',
      lastSeen: '2026-11-21T11:00:00.000000000Z',
    },
  ]);
  const { data: points } = await client.get('/api/v1/metrics/points', {
    query: { name: 'latency' },
  });
  expect(points).toEqual([
    expect.objectContaining({
      seq: '9200001',
      value: 2 ** 53,
      intValue: '9007199254740993',
      startTime: null,
      attributes: {},
      distribution: null,
      exemplars: [],
      original: null,
    }),
    {
      seq: '9200000',
      type: 'histogram',
      unit: 's',
      service: null,
      time: '2026-11-21T11:00:00.000000000Z',
      startTime: '2026-11-21T10:59:59.999999999Z',
      flags: 0,
      value: null,
      intValue: null,
      attributes: { a: 1 },
      distribution: { count: 3, sum: { $double: 'NaN' }, bounds: [0.5], bucketCounts: [1, 2] },
      exemplars: [{ time: '1795258800000000000', value: 0.5 }],
      original: { timeUnixNano: '1' },
    },
  ]);
});

test('what cannot be measured is null and said', async () => {
  const { data, meta } = await client.get('/api/v1/features/{name}', {
    params: { name: 'only negative' },
  });
  expect(data).toMatchObject({ runs: 1, p50Ms: null, meanMs: null, tier: null, histogram: [] });
  expect(meta.warnings).toEqual([
    '1 of 1 runs (100.0 %) have no duration, as they end before they start or a time of theirs cannot be: they are left out of latencies.',
  ]);
});

test('a feature that ran, but not in the range, is there with zeros and its history', async () => {
  const { data } = await client.get('/api/v1/features/{name}', {
    params: { name: 'checkout' },
    query: { from: '2026-01-01', to: '2026-01-02' },
  });
  expect(data).toMatchObject({ runs: 0, successRate: null, p95Ms: null, firstSeen: null });
  expect(data.allTime.runs).toBeGreaterThan(0);
  expect(data.points).toHaveLength(96);
});

test.each(FEATURES)(
  'the feature "%s" is found by its name in the path and in the query',
  async (feature) => {
    const { data } = await client.get('/api/v1/features/{name}', { params: { name: feature } });
    const { data: seed } = await client.get('/api/feature/{name}', { params: { name: feature } });
    const { data: series } = await client.get('/api/v1/usage', { query: { feature } });
    expect(data).toMatchObject({ feature, runs: series[0]?.runs });
    expect(seed).toEqual(data);
    expect(data.runs).toBeGreaterThan(0);
  },
);

test('the parts agree with the whole', async () => {
  const query = { since: '24h' } as const;
  const { data: rows } = await client.get('/api/v1/features', { query });
  const { data: totals } = await client.get('/api/stats', { query });
  const { data: series } = await client.get('/api/v1/usage', { query: { ...query, by: 'status' } });
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  expect(totals.features).toBe(rows.length);
  expect(totals.runs).toBe(sum(rows.map(({ runs }) => runs)));
  expect(totals.runs).toBe(sum(series.map(({ runs }) => runs)));
  expect(totals.failed).toBe(series.find(({ group }) => group === 'failed')?.runs);
});

test('pages follow each other to the end', async () => {
  const { data: all } = await client.get('/api/v1/records', { query: { limit: 1000 } });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.get('/api/v1/records', { query: { limit: 40, cursor } });
    seen.push(...page.data.map(({ seq }) => seq));
    cursor = page.meta.nextCursor ?? undefined;
    expect(page.meta.truncated).toBe(cursor !== undefined);
  } while (cursor !== undefined);
  expect(seen).toEqual(all.map(({ seq }) => seq));
});

describe('the OpenAPI document', () => {
  type Json = Record<string, unknown>;
  const document = createOpenApi('1.2.3') as {
    openapi: string;
    paths: Record<string, Record<string, Json>>;
    components: { schemas: Json };
  };

  test('is served as it is made', async () => {
    expect(await client.get('/openapi.json')).toEqual(JSON.parse(JSON.stringify(document)));
    expect(document.openapi).toBe('3.1.0');
  });

  test('has every route of the table once, with an operation id of its own', () => {
    expect(Object.keys(document.paths).toSorted()).toEqual(
      routes.map(([, { path }]) => path).toSorted(),
    );
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids)).toEqual(new Set(Object.keys(ROUTES)));
  });

  test('points only at what it defines', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/gu)].map(
      ([, name]) => name,
    );
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(document.components.schemas).toHaveProperty([name ?? '']);
    expect(text).not.toContain('$defs');
    expect(text).not.toContain('"$schema"');
  });

  test.each(routes)('declares every parameter of %s with its place and meaning', (_name, route) => {
    const { parameters } = (document.paths[route.path]?.[route.method] ?? { parameters: [] }) as {
      parameters: {
        name: string;
        in: string;
        required: boolean;
        description: string;
        schema: Json;
      }[];
    };
    const inPath = [...route.path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => name);
    expect(
      parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    ).toEqual(inPath);
    expect(
      parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    ).toEqual(Object.keys(route.query.shape));
    for (const { name, required, description, schema } of parameters) {
      expect(required).toBe(inPath.includes(name));
      expect(`${name}: ${description}`).toMatch(/: \S.*\.$/u);
      expect(schema).toHaveProperty('type');
    }
  });
});

test.each(
  routes.flatMap(([name, route]) => (route.method === 'post' ? [[name, route] as const] : [])),
)('the body of %s is declared, strict, and each member says what it means', (_name, route) => {
  const operation = createOpenApi('1.2.3')['paths'] as Record<string, Record<string, unknown>>;
  expect(operation[route.path]?.['post']).toMatchObject({
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { type: 'object', additionalProperties: false } } },
    },
  });
  for (const [member, type] of Object.entries(route.body.shape))
    expect(`${member}: ${(type as z.ZodType).description ?? ''}`).toMatch(/: \S.*\.$/u);
});

test('every number of every answer says what it means', () => {
  const silent: string[] = [];
  const walk = (value: unknown, place: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === 'properties') check(member as Readonly<Record<string, object>>, place);
      walk(member, `${place}/${key}`);
    }
  };
  const check = (properties: Readonly<Record<string, object>>, place: string): void => {
    for (const [name, property] of Object.entries(properties)) {
      const { anyOf: [one = property] = [] } = property as { readonly anyOf?: readonly object[] };
      const isNumber = 'type' in one && (one.type === 'number' || one.type === 'integer');
      if (!('description' in property) && isNumber) silent.push(`${place}.${name}`);
    }
  };
  for (const [name, route] of routes)
    for (const answer of answersOf(route))
      walk(z.toJSONSchema(answer, { unrepresentable: 'any' }), name);
  expect(silent).toEqual([]);
});

function answersOf(route: Route): z.ZodType[] {
  if (route.kind === 'file') return [route.header];
  return route.kind === 'stream' ? Object.values(route.events) : [route.answer];
}

function definitionsOf(text: string): DefinitionState {
  const loaded = parseDefinitions([{ name: 'kpis.yaml', text }], NOW);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return { folder: '/definitions', set: loaded.set, problems: [], readAtMs: NOW };
}
