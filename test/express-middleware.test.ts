/** The Express middleware in a real app, over the HTTP instrumentation and without it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  openCollector,
  type Collector,
  type ReceivedSpan,
} from '../packages/instrumentation/testing/collector.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const SERVER_KIND = 2;

let collector: Collector & { spans: ReceivedSpan[] };

beforeAll(async () => {
  collector = (await openCollector()) as typeof collector;
});
beforeEach(() => {
  collector.spans.length = 0;
});
afterAll(async () => collector[Symbol.asyncDispose]());

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const child = spawn(process.execPath, [...args, 'test/apps/express-middleware/app.cjs'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      OTEL_SERVICE_NAME: 'shop',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      FEATURE_TRACKING_HASH_KEY: 'k',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
  return stdout;
}

const ANSWERS =
  '/products/7 200\n/named 204\n/hidden 204\n/none 204\n/broken 500\n/slow 200\n/nowhere 404\n';
const REGISTER = ['--require', '@heartwood/instrumentation/register'];

const features = (): Record<string, unknown>[] =>
  collector.spans
    .filter(({ kind }) => kind === SERVER_KIND)
    .map(({ attributes }) => ({
      name: attributes['feature.name'],
      status: attributes['feature.status'],
      user: attributes['user.hash'] === undefined ? undefined : 'hashed',
      session: attributes['session.id'],
      kind: attributes['session.kind'],
      component: attributes['feature.component'],
    }));

const whole = { user: 'hashed', session: 'visit-1', kind: 'visit', component: 'shop' };
const EXPECTED = [
  { name: 'GET /products/:id', status: 'success', ...whole },
  { name: 'by_name', status: 'success', ...whole },
  { name: 'GET /broken', status: 'failed', ...whole },
  { name: 'GET /slow', status: 'timeout', ...whole },
  { name: 'GET /left', status: 'cancelled', ...whole },
];

describe.each([
  ['over the HTTP instrumentation', {}],
  ['without it', { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http,undici,express,router,net' }],
])('%s', (_, env: Record<string, string>) => {
  test('a request is one run: named by its route, with user and session, and how it ended', async () => {
    expect(await run(REGISTER, env)).toBe(ANSWERS);
    const found = features().filter(({ name }) => name !== undefined);
    expect(found).toEqual(EXPECTED);
    const inner = collector.spans.find(({ name }) => name === 'look');
    const outer = collector.spans.find(
      ({ attributes }) => attributes['feature.name'] === 'GET /products/:id',
    );
    expect(inner?.traceId).toBe(outer?.traceId);
    expect(inner?.attributes['session.id']).toBe('visit-1');
  });

  test('a request for which `name` says false or null is served, traced, and no feature', async () => {
    await run(REGISTER, env);
    const routes = collector.spans
      .filter(({ kind }) => kind === SERVER_KIND)
      .map(({ attributes }) => [attributes['http.route'], attributes['feature.status']]);
    expect(routes).toContainEqual(['/hidden', undefined]);
    expect(routes).toContainEqual(['/none', undefined]);
  });

  test.each([
    [
      'FEATURE_TRACKING_FAILURES_ONLY',
      { FEATURE_TRACKING_FAILURES_ONLY: 'true' },
      ['GET /broken', 'GET /slow'],
      'failures_only',
    ],
    [
      'FEATURE_TRACKING_MIN_DURATION',
      { FEATURE_TRACKING_MIN_DURATION: '30' },
      ['GET /broken', 'GET /slow', 'GET /left'],
      'min_duration',
    ],
  ])('%s holds for routes as for functions', async (_name, filter, names, said) => {
    await run(REGISTER, { ...env, ...filter });
    const kept = collector.spans.filter(
      ({ kind, attributes }) => kind === SERVER_KIND && attributes['feature.name'] !== undefined,
    );
    expect(kept.map(({ attributes }) => attributes['feature.name'])).toEqual(names);
    expect(new Set(kept.map(({ attributes }) => attributes['feature.filter']))).toEqual(
      new Set([said]),
    );
    // The request itself is traced all the same.
    expect(collector.spans.filter(({ kind }) => kind === SERVER_KIND).length).toBeGreaterThan(5);
  });

  test('what is excluded is no feature', async () => {
    await run(REGISTER, { ...env, FEATURE_TRACKING_EXCLUDE: 'GET /products*' });
    expect(features().map(({ name }) => name)).not.toContain('GET /products/:id');
  });
});

test.each([
  ['without an SDK', [], {}],
  ['switched off', REGISTER, { FEATURE_TRACKING_ENABLED: 'false' }],
])('%s the app answers the same', async (_, args, env: Record<string, string>) => {
  expect(await run(args, env)).toBe(ANSWERS);
  expect(collector.spans).toEqual([]);
});
