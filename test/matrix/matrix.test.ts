/** The preload on every version of Node and of the SDK that it promises to work with. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  openCollector,
  type Collector,
  type ReceivedSpan,
} from '../../packages/instrumentation/testing/collector.ts';
import { REGISTER, root, runApp } from '../system/app-process.ts';
import { hasSdk3, makeSdk3Folder, NODES } from './versions.ts';

const isFull = process.env['HEARTWOOD_MATRIX'] === 'full';

let collector: Collector & { spans: ReceivedSpan[] };
let sdk3 = '';

beforeAll(() => {
  if (hasSdk3) sdk3 = makeSdk3Folder();
});
// One for each test: what an upload of the test before sends twice goes to nobody.
beforeEach(async () => {
  collector = (await openCollector()) as typeof collector;
});
afterEach(async () => collector[Symbol.asyncDispose]());

/** A way to load the preload. The first two are run always, the others by `npm run test:processes`. */
const WAYS = [
  ['--require', ['--require', REGISTER], ''],
  ['NODE_OPTIONS=--import', [], `--import ${REGISTER}`],
  ['--import', ['--import', REGISTER], ''],
  ['NODE_OPTIONS=--require', [], `--require ${REGISTER}`],
  ['NODE_OPTIONS and the command line at once', ['--import', REGISTER], `--require ${REGISTER}`],
] as const;

const APPS = [
  ['a CommonJS app', 'test/apps/express-cjs/app.cjs'],
  ['an ES module', 'test/apps/express-esm/app.mjs'],
] as const;

/** `record` is what becomes of an attribute that is a record. */
const SDKS = [
  { sdk: 'SDK 2.12', isInstalled: true, folder: () => root, nodes: NODES, record: undefined },
  // The packages of 3.x ask for Node 22.
  {
    sdk: 'SDK 3.1',
    isInstalled: hasSdk3,
    folder: () => sdk3,
    nodes: NODES.filter(({ name }) => name !== 'Node 20'),
    record: { a: 1, b: ['x', true] },
  },
];

const cells = SDKS.flatMap(({ sdk, isInstalled, folder, nodes, record }) =>
  nodes.map((node) => ({
    cell: `${sdk} on ${node.name}`,
    folder,
    record,
    node: isInstalled ? node.path : undefined,
  })),
);

describe.each(cells)('$cell', ({ folder, node, record }) => {
  describe.skipIf(node === undefined)('installed by npm run test:processes', () => {
    const cases = APPS.flatMap(([kind, app], i) =>
      (isFull ? WAYS : [WAYS[i]!]).map((way) => [kind, way[0], app, way[1], way[2]] as const),
    );

    test.each(cases)('%s is traced whole by %s', async (_kind, _way, app, args, options) => {
      const ended = await run(folder(), node, [...args, app], { NODE_OPTIONS: options });
      expect(ended).toMatchObject({ code: 0, stderr: '', stdout: '[{"id":1,"name":"oak one"}]\n' });
      const found = collector.spans.map(({ name }) => name).toSorted();
      expect(found).toEqual(EXPECTED);
      const feature = collector.spans.find(({ name }) => name === 'product_search');
      const server = collector.spans.find(({ name }) => name === 'GET /products/:word');
      expect(feature?.traceId).toBe(server?.traceId);
    });

    test.each(['auto', 'sdk'])(
      'an attribute leaves as this SDK takes it, engine %s',
      async (engine) => {
        const app = `
        const { trace } = require('@opentelemetry/api');
        const { tracedFeature } = require('@heartwood/instrumentation');
        tracedFeature('count', () =>
          trace.getActiveSpan().setAttribute('given', { a: 1, b: ['x', true] }))();`;
        const args = ['--require', REGISTER, '-e', app];
        const ended = await run(folder(), node, args, { HEARTWOOD_ENGINE: engine });
        expect(ended).toMatchObject({ code: 0, stderr: '' });
        expect(collector.spans.map(({ attributes }) => attributes['given'])).toEqual([record]);
      },
    );

    test.each(
      (
        [
          ['by itself', 'natural', undefined, { code: 0 }],
          ['by process.exit', 'exit', undefined, { code: 3 }],
          ['by an uncaught error', 'throw', undefined, { code: 1 }],
          ['by SIGTERM', 'wait', 'SIGTERM', { signal: 'SIGTERM' }],
        ] as const
      ).slice(0, isFull ? undefined : 2),
    )('loses nothing when the process ends %s', async (_, way, signal, end) => {
      const args = ['--require', REGISTER, 'test/apps/exits/app.cjs', way];
      expect(await run(folder(), node, args, {}, signal)).toMatchObject(end);
      const arrived = (): number => new Set(collector.spans.map(({ spanId }) => spanId)).size;
      await expect.poll(arrived, { timeout: 10_000 }).toBe(10);
    });
  });
});

const EXPECTED = [
  'GET',
  'GET /products/:word',
  'middleware - patched',
  'product_search',
  'request handler',
  'request handler - /products/:word',
  'tcp.connect',
];

async function run(
  cwd: string,
  node: string | undefined,
  args: readonly string[],
  env: Record<string, string>,
  signal?: NodeJS.Signals,
): ReturnType<typeof runApp> {
  return runApp(args, {
    cwd,
    node: node ?? 'not installed',
    signal,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
  });
}
