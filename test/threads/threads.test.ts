/** Worker threads and clusters: whoever ends first, what they recorded arrives. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  openCollector,
  type Collector,
  type ReceivedSpan,
} from '../../packages/instrumentation/testing/collector.ts';
import { REGISTER, runApp, type Ended } from '../system/app-process.ts';

let collector: Collector & { spans: ReceivedSpan[] };

// One for each test: what an upload of the test before sends twice goes to nobody.
beforeEach(async () => {
  collector = (await openCollector()) as typeof collector;
});
afterEach(async () => collector[Symbol.asyncDispose]());

async function run(
  args: readonly string[],
  signal?: NodeJS.Signals,
  env: Record<string, string> = {},
): Promise<Ended> {
  return runApp(['--require', REGISTER, ...args], {
    signal,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
  });
}

// A request whose answer was still on its way is sent again at the end; the same bytes, which a receiver stores once.
const counted = (): number =>
  new Set(collector.spans.filter(({ name }) => name === 'count').map(({ spanId }) => spanId)).size;

/** Also those that a process of its own brings after the end. */
async function expectRuns(count: number): Promise<void> {
  await expect.poll(counted, { timeout: 10_000 }).toBe(count);
}

const app = 'test/apps/worker/app.cjs';

const ENDS = [
  ['the main thread calls process.exit', ['main exits', '3'], undefined, 30, { code: 3 }],
  ['SIGTERM', ['signal', '2'], 'SIGTERM', 20, { signal: 'SIGTERM' }],
  ['a worker calls process.exit', ['exit'], undefined, 10, { code: 0 }],
  ['a worker ends by itself', ['natural'], undefined, 10, { code: 0 }],
  ['a worker throws', ['throws'], undefined, 10, { code: 0 }],
  ['the main thread throws', ['main throws'], undefined, 10, { code: 1 }],
  ['the main thread does not wait for it', ['main ends'], undefined, 10, { code: 0 }],
  ['a worker is terminated a second later', ['terminate'], undefined, 10, { code: 0 }],
] as const;

describe.each([
  ['detach', ENDS],
  // Where a process of its own would be killed with the app.
  ['wait', ENDS.slice(0, 3)],
])('worker threads, with the last upload by %s', (upload, ends) => {
  test.each(ends)('nothing is lost: %s', async (_, args, signal, count, end) => {
    const ended = await run([app, ...args], signal, { HEARTWOOD_EXIT_UPLOAD: upload });
    expect(ended).toMatchObject(end);
    await expectRuns(count);
  });
});

test('a worker keeps its exit code and its error', async () => {
  expect((await run([app, 'exit'])).stdout).toBe('worker ended with 4\n');
  expect((await run([app, 'throws'])).stdout).toBe(
    'worker failed: thrown in a worker on purpose\nworker ended with 1\n',
  );
});

test('a worker that hears nothing does not hold up the end', async () => {
  const ended = await run(['test/apps/worker/app.cjs', 'busy']);
  expect(ended.code).toBe(3);
  // It would go on for 20 s.
  expect(ended.endMs).toBeLessThan(5000);
});

describe('a cluster', () => {
  const both = (end: unknown): string => `worker ended with ${String(end)}\n`.repeat(2);

  test.each([
    ['workers are disconnected', 'disconnect', undefined, { code: 0 }, both(0)],
    ['workers call process.exit', 'exit', undefined, { code: 0 }, both(4)],
    ['workers get SIGTERM', 'kill', undefined, { code: 0 }, both('SIGTERM')],
    ['the primary calls process.exit', 'primary exits', undefined, { code: 3 }, ''],
    ['the primary gets SIGTERM', 'signal', 'SIGTERM', { signal: 'SIGTERM' }, 'ready\n'],
  ] as const)('loses nothing when %s', async (_, way, signal, end, said) => {
    const primary = await run(['test/apps/cluster/app.cjs', way], signal);
    expect(primary).toMatchObject(end);
    expect(primary.stdout.replace(/^ending .*\n/m, '')).toBe(said);
    await expectRuns(20);
  });
});

describe('the SDK starts once in each thread of the app', () => {
  const STARTED = /Registered a global for trace/g;
  const debug = { OTEL_LOG_LEVEL: 'debug' };

  test.each([
    ['an ES module, whose loader has a thread of its own', ['test/apps/express-esm/app.mjs'], 1],
    ['an app with two workers', ['test/apps/worker/app.cjs', 'natural', '2'], 3],
  ] as const)('%s', async (_, args, starts) => {
    const { stdout, stderr } = await run(args, undefined, debug);
    expect(`${stdout}${stderr}`.match(STARTED)).toHaveLength(starts);
  });
});
