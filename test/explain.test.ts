/** Every explanation: reached by the path of the answer, with the SQL that ran, and a command that gives the same again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../packages/api/src/app.ts';
import { createClient, type Client } from '../packages/api/src/client.ts';
import { ROUTES } from '../packages/api/src/contract/index.ts';
import type { RouteName } from '../packages/api/src/contract/routes.ts';
import type { Route } from '../packages/api/src/contract/route.ts';
import { listen, type TestServer } from '../packages/api/src/testing/server.ts';
import { run } from '../packages/cli/src/testing/run.ts';
import { ErrorIndex, parseDefinitions } from '../packages/kpi/src/index.ts';
import { createEventWorld, landWorld } from '../packages/kpi/src/testing/event-world.ts';
import { openTestStore } from '../packages/kpi/src/testing/world.ts';
import type { Store } from '../packages/store/src/index.ts';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 1);
const NOW = START + 72 * HOUR_MS;
const FILE = `
measures:
  ok: { agg: count, of: { feature: view, status: success } }
  all: { agg: count, of: feature:view }
kpis:
  - { id: success, numerator: ok, denominator: all, window: 1d, minSample: 1, target: 0.5 }
funnels:
  - { id: buy, window: 6h, steps: [feature:view, event:add, feature:pay] }
heart:
  - id: viewing
    feature: view
    letters:
      taskSuccess: { goal: it works, signal: ended runs, metric: { success: rate } }
retention:
  - { id: hourly, start: feature:any, return: event:any, period: hour, periods: 3 }
`;

/** Of runs of the world that failed. */
const FINGERPRINT = 'v1:b272b207d2106d60';

/** An answer of each route that can be explained; the space and the quotes are those of a shell. */
const PATHS = [
  '/api/v1/features?since=3d&sort=p95Ms',
  `/api/v1/features/${encodeURIComponent(`x'"; $p1 --`)}?since=3d&service=shop`,
  '/api/v1/features/view/performance?since=3d&interval=6h',
  '/api/v1/features/view/slowness?since=3d&slowMs=2.5&returnTo=any&unit=session',
  '/api/v1/usage?since=3d&by=status',
  '/api/v1/services?since=3d',
  '/api/v1/events?since=3d&by=plan',
  `/api/v1/logs/histogram?since=3d&interval=6h&withoutProgress=true&service=shop&attribute=${encodeURIComponent("plan=it's")}`,
  '/api/v1/kpis/success?by=service&top=2',
  '/api/v1/funnels/buy?since=3d&by=plan',
  '/api/v1/retention/hourly?since=60h&by=component&top=2',
  '/api/v1/stickiness?since=3d&event=any&by=plan&top=1',
  '/api/v1/lifecycle?since=3d&interval=6h&timeZone=Asia/Kathmandu',
  '/api/v1/frequency?since=3d&feature=view',
  '/api/v1/adoption?since=3d&limit=3',
  '/api/v1/adoption/view?since=3d',
  '/api/v1/feedback?since=3d',
  '/api/v1/heart/viewing?since=3d',
  '/api/v1/paths?since=3d&after=view&depth=2&top=2',
  '/api/v1/kpis?status=off_track',
  '/api/v1/errors?since=3d&by=feature&limit=3&service=shop',
  '/api/v1/errors?since=3d&errorType=TypeError',
  '/api/v1/errors/summary?since=3d&component=x',
  `/api/v1/errors/${FINGERPRINT}?since=3d`,
  '/api/v1/plan/violations?since=3d&limit=5',
  '/api/v1/quality?result=fail',
  '/api/v1/sessions/summary?since=3d&kind=visit&ci=true',
  '/api/v1/sessions/report?since=3d&ci=false',
  '/api/v1/entries/duplicates?since=3d&service=shop',
  '/api/v1/entries/batches?since=3d&syncType=x',
  '/api/v1/system/resources?since=3d&service=shop',
  '/api/v1/features/view/resources?since=3d',
  '/api/v1/metrics?since=3d&limit=2',
  '/api/v1/summaries?limit=2',
];

let store: Store;
let server: TestServer;
let client: Client;
beforeAll(async () => {
  store = await openTestStore();
  const world = { seed: 3, startMs: START, lengthMs: 60 * HOUR_MS, count: 300, moments: 200 };
  await landWorld(store, createEventWorld(world));
  const errors = new ErrorIndex({ reader: store, keep: (job) => store.apply(job) });
  while (await errors.turn());
  const loaded = parseDefinitions([{ name: 'all.yaml', text: FILE }], NOW);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const state = { folder: '/d', set: loaded.set, problems: [], readAtMs: NOW };
  server = await listen(
    createApp({ reader: store, version: '1', clock: () => NOW, definitions: () => state }),
  );
  client = createClient({ baseUrl: server.baseUrl });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

/** What each route answers: numbers are made from what is stored, and say how; the others show it, or change something. */
const KINDS = {
  listFeatures: 'numbers',
  readFeature: 'numbers',
  readUsage: 'numbers',
  listUsageMembers: 'members',
  readPerformance: 'numbers',
  readSlowness: 'numbers',
  listSlownessMembers: 'members',
  listRecords: 'records',
  listLogs: 'records',
  exportLogs: 'records',
  countLogs: 'numbers',
  followLogs: 'records',
  readLog: 'records',
  listErrors: 'numbers',
  summarizeErrors: 'numbers',
  getError: 'numbers',
  listOperations: 'records',
  followOperations: 'records',
  readOperation: 'records',
  listOperationEvents: 'records',
  listSessions: 'records',
  summarizeSessions: 'numbers',
  reportSessions: 'numbers',
  readSession: 'records',
  listEntries: 'records',
  readDuplicates: 'numbers',
  readBatches: 'numbers',
  listSummaries: 'numbers',
  makeSummary: 'action',
  exportTraining: 'records',
  readTrainingSchema: 'definitions',
  listTraces: 'records',
  readTrace: 'records',
  listServices: 'numbers',
  listMetrics: 'numbers',
  listMetricPoints: 'records',
  listEvents: 'numbers',
  listKpis: 'numbers',
  readKpi: 'numbers',
  listKpiMembers: 'members',
  listFunnels: 'definitions',
  readFunnel: 'numbers',
  listFunnelMembers: 'members',
  queryFunnel: 'numbers',
  listRetention: 'definitions',
  readRetention: 'numbers',
  listRetentionMembers: 'members',
  queryRetention: 'numbers',
  readPaths: 'numbers',
  listPathMembers: 'members',
  listDefinitions: 'definitions',
  checkDefinitions: 'definitions',
  listHeart: 'definitions',
  readHeart: 'numbers',
  listHeartMembers: 'members',
  readStickiness: 'numbers',
  readLifecycle: 'numbers',
  readFrequency: 'numbers',
  listStickinessMembers: 'members',
  listLifecycleMembers: 'members',
  listFrequencyMembers: 'members',
  listAdoption: 'numbers',
  readAdoption: 'numbers',
  listAdoptionMembers: 'members',
  listFeedback: 'numbers',
  listQuality: 'numbers',
  runQuality: 'action',
  readPlan: 'definitions',
  listViolations: 'numbers',
  validateEvent: 'definitions',
  inferPlan: 'numbers',
  lintPlan: 'definitions',
  diffPlans: 'definitions',
  importPlan: 'definitions',
  writePlan: 'definitions',
  explain: 'definitions',
  checkHealth: 'state',
  diagnose: 'state',
  listConfig: 'state',
  listResources: 'numbers',
  readFeatureResources: 'numbers',
  readStats: 'numbers',
  readChartData: 'numbers',
  listRecentCalls: 'records',
  readFeatureDetails: 'numbers',
  readSystem: 'state',
  readMetrics: 'state',
  readHealth: 'state',
  readReadiness: 'state',
  readOpenApi: 'state',
  readDocs: 'state',
} as const satisfies Record<
  RouteName,
  'numbers' | 'members' | 'records' | 'definitions' | 'state' | 'action'
>;

const EXPLAINED = (Object.entries(ROUTES) as [RouteName, Route][]).filter(
  ([name]) => KINDS[name] === 'numbers',
);

/** The part of the schema of an answer that is looked at. */
interface AnswerShape {
  readonly meta?: { readonly shape?: object };
}

test('each route of numbers, and no other, takes explain and answers it', () => {
  const takes = (Object.entries(ROUTES) as [RouteName, Route][]).filter(
    ([, route]) =>
      Object.hasOwn(route.query.shape, 'explain') ||
      (route.method === 'post' && Object.hasOwn(route.body.shape, 'explain')),
  );
  expect(takes.map(([name]) => name)).toEqual(EXPLAINED.map(([name]) => name));
  for (const [name, route] of EXPLAINED) {
    const answer = 'answer' in route ? (route.answer as { shape?: AnswerShape }) : {};
    expect(Object.keys(answer.shape?.meta?.shape ?? {}), name).toContain('explain');
  }
});

test('there is a path here for each route that can be explained', () => {
  const explained = EXPLAINED.filter(
    ([, { method, path }]) => method === 'get' && path.startsWith('/api/v1/'),
  );
  const patterns = explained.map(([, { path }]) => path.replaceAll(/\{\w+\}/g, '[^/]+'));
  for (const pattern of patterns)
    expect(
      PATHS.some((path) => new RegExp(`^${pattern}$`).test(path.split('?')[0] ?? '')),
      pattern,
    ).toBe(true);
});

describe.each(PATHS)('%s', (path) => {
  test('is explained, and its command gives the same again', { timeout: 30_000 }, async () => {
    const { data: explained } = await client.get('/api/v1/explain', { query: { path } });
    expect(explained.sentence.length).toBeGreaterThan(30);
    expect(explained.statements.length).toBeGreaterThan(0);
    for (const { sql, params } of explained.statements) {
      expect(sql).toMatch(/SELECT/u);
      // Those that are not given are NULL.
      const used = [...sql.replaceAll(/--.*/gu, '').matchAll(/\$(\w+)/gu)].map(([, name]) => name);
      expect(used).toEqual(expect.arrayContaining(Object.keys(params)));
    }
    expect(explained).toMatchObject({
      timeZone: path.includes('Kathmandu') ? 'Asia/Kathmandu' : 'UTC',
      completeness: expect.any(String),
      sampling: expect.any(String),
      sampleSize: { n: expect.any(Number) },
    });
    const { command } = explained;
    const answer = await fetch(`${server.baseUrl}${path}`);
    const { data } = (await answer.json()) as { data: unknown };
    const words = toWords(command).slice(1);
    const ran = await run([...words, '--json', '--url', server.baseUrl]);
    expect(ran.code, ran.notes).toBe(0);
    expect(comparable((JSON.parse(ran.data) as { data: unknown }).data)).toEqual(comparable(data));
  });
});

test.each([
  ['/api/v1/explain?path=/api/v1/features', 404, 'EXPLAIN_UNKNOWN'],
  ['/api/v1/records', 404, 'EXPLAIN_UNKNOWN'],
  ['/api/v1/kpis/success/members?measure=ok', 404, 'EXPLAIN_UNKNOWN'],
  ['/api/stats', 404, 'EXPLAIN_UNKNOWN'],
  ['//elsewhere/api/v1/features', 404, 'EXPLAIN_UNKNOWN'],
  ['http://elsewhere/api/v1/features', 404, 'EXPLAIN_UNKNOWN'],
  ['/api/v1/features/../metrics', 404, 'EXPLAIN_UNKNOWN'],
  ['/api/v1/features?nowhere=1', 400, 'PARAMETER_UNKNOWN'],
  ['/api/v1/features?since=1d&since=2d', 400, 'PARAMETER_REPEATED'],
  ['/api/v1/features/%E0%A4%A', 400, 'PATH_INVALID'],
  ['/api/v1/features/nowhere', 404, 'FEATURE_UNKNOWN'],
])('the path %s is answered with %i %s', async (path, status, code) => {
  const query = new URLSearchParams({ path });
  const response = await fetch(`${server.baseUrl}/api/v1/explain?${query.toString()}`);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
});

test('on the command line the explanation is a report, with SQL that can be copied', async () => {
  const { data, code } = await run([
    'explain',
    'features?since=3d&service=shop',
    '--url',
    server.baseUrl,
  ]);
  expect(code).toBe(0);
  expect(data).toContain('heartwood features list --service=shop --sort=runs --limit=1000');
  expect(data).toContain('{"service":"shop"}');
  expect(data).toContain('\n-- feature/table ');
  expect(data).toContain('WITH removed AS (');
  const { notes } = await run(['features', 'list', '--explain', '--url', server.baseUrl]);
  expect(notes).toContain('Counted: features with runs that started in the range');
});

/** Words of a POSIX shell: bare, or in single quotes. */
function toWords(command: string): string[] {
  return [...command.matchAll(/(?:[^\s'\\]|'[^']*'|\\.)+/gu)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(.)/gu, (_, quoted?: string, escaped?: string) =>
      String(quoted ?? escaped),
    ),
  );
}

/**
 * The command line asks for sparklines beside the numbers. Sums of numbers that are no integers are added in the order in
 * which threads come to them, so that the last digit may differ.
 */
const comparable = (data: unknown): unknown =>
  JSON.parse(
    JSON.stringify(data, (name, value: unknown) => {
      if (name === 'trend' && Array.isArray(value)) return undefined;
      return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
    }),
  );
