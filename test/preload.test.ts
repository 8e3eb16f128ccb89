/** The preload in real processes: every way to load it, both module kinds, every way to end. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  openCollector,
  type Collector,
  type ReceivedSpan,
} from '../packages/instrumentation/testing/collector.ts';
import { installOurs, makeAppFolder } from './system/app-folder.ts';
import { REGISTER, root, runApp, type Ended, type HowToRun } from './system/app-process.ts';

let collector: Collector & { spans: ReceivedSpan[]; requests: unknown[] };

beforeAll(async () => {
  collector = (await openCollector()) as typeof collector;
});

beforeEach(() => {
  collector.spans.length = 0;
  collector.delayMs = 0;
  collector.fault = undefined;
  collector.otherFault = undefined;
});

afterAll(async () => collector[Symbol.asyncDispose]());

async function run(args: readonly string[], how: HowToRun = {}): Promise<Ended> {
  return runApp(args, { ...how, env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...how.env } });
}

function names(): string[] {
  return collector.spans
    .map(({ scope, name }) => `${scope.replace('@opentelemetry/instrumentation-', '')}: ${name}`)
    .toSorted();
}

function one(name: string): ReceivedSpan {
  const found = collector.spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
}

const shops = [
  ['CommonJS', 'test/apps/express-cjs/app.cjs'],
  ['ES module', 'test/apps/express-esm/app.mjs'],
] as const;

const ways = [
  ['--require', ['--require', REGISTER], {}],
  ['--import', ['--import', REGISTER], {}],
  ['NODE_OPTIONS=--require', [], { NODE_OPTIONS: `--require ${REGISTER}` }],
  ['NODE_OPTIONS=--import', [], { NODE_OPTIONS: `--import ${REGISTER}` }],
  [
    'NODE_OPTIONS and the command line at once',
    ['--import', REGISTER],
    { NODE_OPTIONS: `--require ${REGISTER}` },
  ],
] as const;

describe.each(shops)('an Express app as %s', (_, app) => {
  it.each(ways)('is traced whole by %s', async (_way, args, env) => {
    const ended = await run([...args, app], { env });
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: '[{"id":1,"name":"oak one"}]\n' });
    expect(names()).toEqual([
      '@heartwood/instrumentation: product_search',
      'express: request handler',
      'http: GET /products/:word',
      'net: tcp.connect',
      'router: middleware - patched',
      'router: request handler - /products/:word',
      'undici: GET',
    ]);
    const feature = one('product_search');
    expect(feature.attributes).toMatchObject({
      'feature.name': 'product_search',
      'feature.category': 'database_operation',
      'feature.status': 'success',
      'feature.iterations': 2,
      'feature.metadata.words': 1,
      'feature.input.size': 3,
      'feature.output.size': 27,
    });
    expect(feature.resource['service.name']).toBe('shop');
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toContain(feature.traceId);
    const server = one('GET /products/:word');
    const client = one('GET');
    expect(server.parentSpanId).toBe(client.spanId);
    expect(feature.traceId).toBe(server.traceId);
  });

  it('S2-110: runs the same without the preload, and says nothing', async () => {
    const ended = await run([app]);
    expect(ended).toMatchObject({ code: 0, stderr: '', stdout: '[{"id":1,"name":"oak one"}]\n' });
    expect(collector.spans).toHaveLength(0);
  });
});

describe('the end of the process', () => {
  const exits = ['--require', REGISTER, 'test/apps/exits/app.cjs'];

  it('keeps what is recorded after beforeExit', async () => {
    await run([...exits, 'late']);
    expect(collector.spans).toHaveLength(11);
  });

  it('sends metrics too, when the receiver is there', async () => {
    await run(['--require', REGISTER, 'test/apps/express-cjs/app.cjs']);
    expect(collector.points.map(({ metric }) => metric)).toContain('http.server.request.duration');
  });

  it('sends metrics of an app that made no span', async () => {
    const app = `require('@opentelemetry/api').metrics.getMeter('app').createCounter('jobs').add(2)`;
    await run(['--require', REGISTER, '-e', app]);
    expect(collector.points.filter(({ metric }) => metric === 'jobs')).toMatchObject([
      { value: 2, scope: 'app' },
    ]);
    expect(collector.spans).toHaveLength(0);
  });

  it.each([
    ['never answers metrics', 1],
    // Ours are the first.
    ["never answers those of the SDK's own exporter", 2],
  ])('is held for 2 s by a receiver that takes spans and %s', async (_, first) => {
    collector.otherFault = (path, count) =>
      path === '/v1/metrics' && count >= first ? 'hang' : undefined;
    const app = `
      require('@opentelemetry/api').metrics.getMeter('app').createCounter('jobs').add(2);
      require('@heartwood/instrumentation').tracedFeature('count', () => {})();
      console.log('ending at ' + Date.now());`;
    const ended = await run(['--require', REGISTER, '-e', app], {
      env: { OTEL_METRIC_EXPORT_TIMEOUT: '15000' },
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(names()).toEqual(['@heartwood/instrumentation: count']);
    expect(collector.otherRequests.filter(({ path }) => path === '/v1/metrics')).not.toEqual([]);
    // The exporter itself tries for 10 s and more.
    expect(ended.endMs).toBeLessThan(5000);
  });

  it.each([
    ['true', 10],
    ['false', 0],
    ['off', 0],
  ])('by SIGTERM with HEARTWOOD_SIGNALS=%s brings %i runs', async (HEARTWOOD_SIGNALS, count) => {
    // Nothing is sent before the end.
    const env = { HEARTWOOD_SIGNALS, OTEL_BSP_SCHEDULE_DELAY: '60000' };
    const ended = await run([...exits, 'wait'], { env, signal: 'SIGTERM' });
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM', isKilled: false });
    expect(collector.spans).toHaveLength(count);
  });

  it('comes at once when a script is told in the calculation that it begins with', async () => {
    const ended = await run([...exits, 'busy'], { signal: 'SIGINT' });
    expect(ended).toMatchObject({ signal: 'SIGINT', isKilled: false });
    // It would go on for 3 s.
    expect(ended.endMs).toBeLessThan(2500);
  });

  it('waits for a dead receiver no longer than 2 s, and says what was lost', async () => {
    const plain = await run(['test/apps/exits/app.cjs']);
    const dead = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const ended = await run(exits, { env: dead });
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('undelivered=10');
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    // Starting the SDK takes a second of its own on a busy machine.
    expect(ended.ms - plain.ms).toBeLessThan(6000);
  });
});

describe('settings', () => {
  const app = ['--require', REGISTER, 'test/apps/express-cjs/app.cjs'];
  const stdout = '[{"id":1,"name":"oak one"}]\n';

  it.each([
    ['FEATURE_TRACKING_ENABLED=false', { FEATURE_TRACKING_ENABLED: 'false' }],
    ['OTEL_SDK_DISABLED=true', { OTEL_SDK_DISABLED: 'true' }],
    ['OTEL_TRACES_EXPORTER=none', { OTEL_TRACES_EXPORTER: 'none' }],
  ])('%s sends nothing and leaves the app alone', async (_, env) => {
    const ended = await run(app, { env });
    expect(ended).toMatchObject({ code: 0, stdout, stderr: '' });
    expect(collector.spans).toHaveLength(0);
  });

  it('OTEL_TRACES_EXPORTER=console,otlp does both', async () => {
    const ended = await run(app, { env: { OTEL_TRACES_EXPORTER: 'console,otlp' } });
    expect(ended.stdout).toContain("name: 'product_search'");
    expect(names()).toHaveLength(7);
  });

  it('HEARTWOOD_OTLP_ENDPOINT goes before OTEL_EXPORTER_OTLP_ENDPOINT', async () => {
    await run(app, {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        HEARTWOOD_OTLP_ENDPOINT: collector.url,
        // Metrics follow the general name; their exporter would hold the process for 8 s.
        OTEL_METRICS_EXPORTER: 'none',
      },
    });
    expect(names()).toHaveLength(7);
  });

  it('a wrong value is said once and the app runs on', async () => {
    const ended = await run(app, { env: { FEATURE_TRACKING_FLUSH_INTERVAL: 'often' } });
    expect(ended).toMatchObject({ code: 0, stdout });
    expect(ended.stderr).toBe(
      'heartwood: FEATURE_TRACKING_FLUSH_INTERVAL="often" is not a whole number above 0; 100 is used\n',
    );
    expect(names()).toHaveLength(7);
  });
});

describe('the way of a run', () => {
  const app = `
    const { trace } = require('@opentelemetry/api');
    const { tracedFeature } = require('@heartwood/instrumentation');
    tracedFeature('count', () => console.log(trace.getActiveSpan().constructor.name))();`;

  it.each([
    ['straight to our queue', {}, 'LeanSpan', 1],
    ['so with a sampler', { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' }, 'LeanSpan', 1],
    [
      'left out by a sampler',
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
      'NonRecordingSpan',
      0,
    ],
    ['not recorded', { OTEL_TRACES_SAMPLER: 'always_off' }, 'NonRecordingSpan', 0],
    ['through the SDK on request', { HEARTWOOD_ENGINE: 'sdk' }, 'SpanImpl', 1],
    [
      'through the SDK when another processor wants it too',
      { OTEL_TRACES_EXPORTER: 'otlp,console' },
      'SpanImpl',
      1,
    ],
  ])('%s', async (_, env, span, count) => {
    const ended = await run(['--require', REGISTER, '-e', app], { env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.split('\n')[0]).toBe(span);
    expect(collector.spans).toHaveLength(count);
  });
});

describe('what the app has installed', () => {
  it('OTEL_CONFIG_FILE decides where spans go, and the preload adds nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-config-'));
    const file = join(folder, 'otel.yaml');
    writeFileSync(
      file,
      `file_format: "1.0"
tracer_provider:
  processors:
    - batch:
        exporter:
          otlp_http:
            endpoint: ${collector.url}/v1/traces
`,
    );
    const app = ['--require', REGISTER, 'test/apps/express-cjs/app.cjs'];
    const elsewhere = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
    const ended = await run(app, { env: { ...elsewhere, OTEL_CONFIG_FILE: file } });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(names()).toHaveLength(7);
    expect(one('product_search').attributes['feature.status']).toBe('success');
  });

  it('what waits where OTEL_CONFIG_FILE sends it goes out at the end, too, and holds it for 2 s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-config-'));
    const file = join(folder, 'otel.yaml');
    writeFileSync(
      file,
      `file_format: "1.0"
tracer_provider:
  processors:
    - batch:
        schedule_delay: 60000
        exporter:
          otlp_http:
            endpoint: ${collector.url}/v1/traces
`,
    );
    const app = ['--require', REGISTER, 'test/apps/exits/app.cjs'];
    const natural = await run(app, { env: { OTEL_CONFIG_FILE: file } });
    expect(natural).toMatchObject({ code: 0, stderr: '' });
    expect(collector.spans).toHaveLength(10);
    const told = await run([...app, 'wait'], {
      env: { OTEL_CONFIG_FILE: file },
      signal: 'SIGTERM',
    });
    expect(told).toMatchObject({ signal: 'SIGTERM' });
    expect(collector.spans).toHaveLength(20);
    collector.fault = () => 'hang';
    const held = await run(app, { env: { OTEL_CONFIG_FILE: file } });
    expect(held.code).toBe(0);
    expect(held.endMs).toBeLessThan(5000);
  });

  it('two copies of this package share one way out, and see the runs of each other', async () => {
    const folder = makeAppFolder(join(root, 'node_modules'), ['@opentelemetry', 'express']);
    const library = join(folder, 'node_modules/library');
    installOurs(library);
    writeFileSync(
      join(library, 'index.js'),
      `const { currentFeature, startOperation, tracedFeature } = require('@heartwood/instrumentation');
       exports.inner = tracedFeature('inner', () => {});
       exports.note = () => currentFeature()?.setMetadata('noted', true);
       exports.operate = () => startOperation('copying').complete();`,
    );
    writeFileSync(
      join(folder, 'app.cjs'),
      `const { tracedFeature } = require('@heartwood/instrumentation');
       const { inner, note, operate } = require('library');
       tracedFeature('outer', () => { note(); inner(); operate(); })();
       process.exit(5);`,
    );
    collector.requests.length = 0;
    const ended = await run(['--require', REGISTER, 'app.cjs'], {
      cwd: folder,
      env: { HEARTWOOD_QUIET: 'true' },
    });
    expect(ended).toMatchObject({ code: 5, stderr: '' });
    await expect.poll(() => collector.spans.length, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(one('inner').parentSpanId).toBe(one('outer').spanId);
    expect(one('outer').attributes['feature.metadata.noted']).toBe(true);
    expect(collector.requests).toHaveLength(1);
    await expect.poll(() => collector.logs.length, { timeout: 10_000 }).toBeGreaterThan(1);
  });

  /** A folder with our packages and the API, and nothing of the SDK anywhere above it. */
  function bareApp(): string {
    const folder = makeAppFolder(join(root, 'node_modules'), ['@opentelemetry/api']);
    writeFileSync(
      join(folder, 'app.mjs'),
      `import { tracedFeature } from '@heartwood/instrumentation';
       console.log(tracedFeature('add', (a, b) => a + b)(1, 2));`,
    );
    return folder;
  }

  it('S2-110: no SDK: the app runs, and one line names the remedy', async () => {
    const ended = await run(['--import', REGISTER, 'app.mjs'], { cwd: bareApp() });
    expect(ended).toMatchObject({ code: 0, stdout: '3\n' });
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    expect(ended.stderr).toContain('npm install');
  });

  it('S1-124: an SDK that fails to start leaves the app alone, and one line says so', async () => {
    const folder = bareApp();
    for (const name of ['sdk-node', 'auto-instrumentations-node']) {
      const broken = join(folder, 'node_modules/@opentelemetry', name);
      mkdirSync(broken);
      writeFileSync(join(broken, 'index.js'), `throw new Error('broken on purpose');`);
    }
    const ended = await run(['--import', REGISTER, 'app.mjs'], { cwd: folder });
    expect(ended).toMatchObject({ code: 0, stdout: '3\n' });
    expect(ended.stderr).toBe(
      'heartwood: the OpenTelemetry SDK did not start; the app runs without it: ' +
        'Error: broken on purpose\n',
    );
  });

  it('an SDK that was started before ours: features go to it, and no second one starts', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-own-sdk-'));
    const own = join(folder, 'own-sdk.cjs');
    const require = JSON.stringify(join(root, 'package.json'));
    writeFileSync(
      own,
      `const load = require('node:module').createRequire(${require});
       const { BasicTracerProvider, SimpleSpanProcessor, ConsoleSpanExporter } = load('@opentelemetry/sdk-trace-base');
       load('@opentelemetry/api').trace.setGlobalTracerProvider(
         new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(new ConsoleSpanExporter())] }));`,
    );
    const ended = await run(['--require', own, '--require', REGISTER, 'test/apps/exits/app.cjs']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.match(/name: 'count'/g)).toHaveLength(10);
    expect(collector.spans).toHaveLength(0);
  });
});
