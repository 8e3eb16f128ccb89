/** The last requests of a process: delivered by another process or thread, with the receiver that the test runs. */
import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcess,
  type SpawnOptions,
} from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openCollector, type Collector } from '../../testing/collector.ts';
import { spanOf } from '../../testing/spans.ts';
import { readConfig } from '../settings/config.ts';
import { mayOutlive } from './afterlife.ts';
import { Batch } from './batch.ts';
import { toEndpoint, type Endpoint } from './endpoint.ts';
import { detach, mayBeHeard, sendAndWait, type Fate } from './hand-over.ts';

/** Processes that were begun, the newest last. */
const spawned: ChildProcess[] = vi.hoisted(() => []);
vi.mock('node:child_process', async (load) => {
  const original = await load<{ readonly spawn: typeof spawn }>();
  const spawnNoted = (command: string, words: string[], options: SpawnOptions): ChildProcess => {
    const child = original.spawn(command, words, options);
    spawned.push(child);
    return child;
  };
  return { ...original, spawn: spawnNoted };
});

/** Pseudo-terminals as `script` of util-linux gives them. */
const HAS_TERMINAL =
  process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined;

function endpointOf(url: string, headers = ''): Endpoint {
  return toEndpoint({ ...readConfig({}), endpoint: url, headers }, 'traces', () => {});
}

function requestOf(count: number): Uint8Array {
  const batch = new Batch();
  for (let i = 0; i < count; i += 1) batch.add(spanOf(), false, 1 << 20);
  return batch.toRequest();
}

const DELIVERED: Fate = { delivered: 4, refused: 0 };
const REFUSED: Fate = { delivered: 0, refused: 4 };
const NONE: Fate = { delivered: 0, refused: 0 };

const spoolFiles = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`heartwood-${process.pid}-`));

describe('a process of its own', () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await openCollector();
  });
  afterEach(async () => collector[Symbol.asyncDispose]());

  it('sends what it was given with its headers, and nothing stays in the temporary folder', async () => {
    const endpoint = endpointOf(collector.url, 'authorization=Bearer secret');
    expect(
      detach([
        { endpoint, recordCount: 3, noun: 'spans', body: requestOf(3) },
        { endpoint, recordCount: 2, noun: 'spans', body: requestOf(2) },
      ]),
    ).toBe(true);
    expect(spoolFiles()).toEqual([]);
    await vi.waitFor(() => expect(collector.spans).toHaveLength(5), 10_000);
    expect(collector.requests[0]?.headers['authorization']).toBe('Bearer secret');
  });

  it('tries again while the receiver is being restarted', async () => {
    collector.fault = (count) => (count < 3 ? { status: 503 } : undefined);
    detach([
      { endpoint: endpointOf(collector.url), recordCount: 1, noun: 'spans', body: requestOf(1) },
    ]);
    await vi.waitFor(() => expect(collector.spans).toHaveLength(1), 10_000);
  });

  it('removes the files that it sent and leaves those that nobody took', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-files-'));
    const taken = join(folder, '1-00000000-00000001-1-1.traces.otlp');
    const left = join(folder, '1-00000000-00000002-1-1.traces.otlp');
    writeFileSync(taken, requestOf(1));
    writeFileSync(left, requestOf(1));
    detach([
      { endpoint: endpointOf(collector.url), recordCount: 1, noun: 'spans', body: { file: taken } },
      {
        endpoint: endpointOf('http://127.0.0.1:1'),
        recordCount: 1,
        noun: 'spans',
        body: { file: left },
      },
    ]);
    await vi.waitFor(() => expect(collector.spans).toHaveLength(1), 10_000);
    // The other one has a new owner by now: the process that tries to send it.
    await vi.waitFor(
      () => expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\d+-00000000-00000002-/)]),
      10_000,
    );
    expect(existsSync(left)).toBe(false);
  });

  it('takes apart what is too large, from memory and from a file', async () => {
    collector.fault = (_count, spans) => (spans > 3 ? { status: 413 } : undefined);
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-files-'));
    const file = join(folder, '1-00000000-00000001-1-1.traces.otlp');
    writeFileSync(file, requestOf(10));
    const endpoint = endpointOf(collector.url);
    detach([
      { endpoint, recordCount: 10, noun: 'spans', body: requestOf(10) },
      { endpoint, recordCount: 10, noun: 'spans', body: { file } },
    ]);
    await vi.waitFor(() => expect(collector.spans).toHaveLength(20), 10_000);
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), 10_000);
  });

  describe('that could not deliver all', () => {
    // A pause beyond its time ends the tries at once.
    const busy = { status: 503, headers: { 'retry-after': '3600' } };

    async function said(requests: Parameters<typeof detach>[0]): Promise<string> {
      const log = join(mkdtempSync(join(tmpdir(), 'heartwood-stderr-')), 'log');
      const fd = openSync(log, 'w');
      expect(detach(requests, fd)).toBe(true);
      closeSync(fd);
      return vi.waitFor(() => {
        const text = readFileSync(log, 'utf8');
        expect(text).toContain('\n');
        return text;
      }, 10_000);
    }

    it('says in the file behind stderr how much is lost, why, and what keeps it', async () => {
      collector.fault = () => busy;
      const endpoint = endpointOf(collector.url);
      const text = await said([
        { endpoint, recordCount: 3, noun: 'spans', body: requestOf(3) },
        { endpoint, recordCount: 2, noun: 'log records', body: requestOf(2) },
        { endpoint, recordCount: 9, noun: undefined, body: requestOf(9) },
      ]);
      expect(text).toBe(
        `heartwood: 3 spans and 2 log records that process ${process.pid} left at its end are lost ` +
          `(${collector.url}: HTTP 503); HEARTWOOD_SPOOL_DIR keeps what no receiver takes for the next start\n`,
      );
    });

    it('counts what was refused, and not what waits in a file for the next start', async () => {
      collector.fault = (count) => (count === 1 ? { status: 401 } : busy);
      const file = join(mkdtempSync(join(tmpdir(), 'heartwood-files-')), '1-0-1-1-1.traces.otlp');
      writeFileSync(file, requestOf(4));
      const endpoint = endpointOf(collector.url);
      const text = await said([
        { endpoint, recordCount: 3, noun: 'spans', body: requestOf(3) },
        { endpoint, recordCount: 4, noun: 'spans', body: { file } },
      ]);
      expect(text).toMatch(
        /^heartwood: 3 spans that process \d+ left at its end are lost \([^;]*\)\n$/,
      );
    });

    it.skipIf(!HAS_TERMINAL)('leaves a terminal as whoever has it by then has set it', async () => {
      const terminal = spawn('script', ['-qec', 'tty; cat', '/dev/null'], { stdio: 'pipe' });
      onTestFinished(() => void terminal.kill());
      let written = '';
      terminal.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
      await vi.waitFor(() => expect(written).toContain('\n'), 10_000);
      const path = written.trim();
      const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
      collector.fault = () => {
        // As shells and editors do, while the other process still tries.
        execFileSync('stty', ['-F', path, '-icanon']);
        return busy;
      };
      const request = { recordCount: 2, noun: 'spans', body: requestOf(2) };
      expect(detach([{ ...request, endpoint: endpointOf(collector.url) }], fd)).toBe(true);
      closeSync(fd);
      const [last] = spawned.slice(-1);
      await vi.waitFor(() => expect(last?.exitCode).toBe(0), 10_000);
      expect(execFileSync('stty', ['-F', path, '-a'], { encoding: 'utf8' })).toContain('-icanon');
      await vi.waitFor(() => expect(written).toContain('2 spans that process'), 10_000);
    });

    it('keeps no pipe open, for whoever reads it would wait', () => {
      const pipe = join(mkdtempSync(join(tmpdir(), 'heartwood-pipe-')), 'pipe');
      execFileSync('mkfifo', [pipe]);
      const fd = openSync(pipe, 'r+');
      expect(mayBeHeard(fd)).toBe(false);
      closeSync(fd);
      expect(mayBeHeard(fd)).toBe(false);
    });
  });

  it('goes on when somebody else has taken a file', async () => {
    const endpoint = endpointOf(collector.url);
    const file = join(tmpdir(), '1-00000000-00000001-1-1.traces.otlp');
    detach([
      { endpoint, recordCount: 1, noun: 'spans', body: { file } },
      { endpoint, recordCount: 1, noun: 'spans', body: requestOf(1) },
    ]);
    await vi.waitFor(() => expect(collector.spans).toHaveLength(1), 10_000);
  });
});

describe('waiting', () => {
  // The thread of the test stands still meanwhile, so the receiver needs one of its own.
  async function openReceiver(answer: string): Promise<{ url: string; close(): Promise<unknown> }> {
    const worker = new Worker(
      `const { parentPort } = require('node:worker_threads');
      let count = 0;
      const server = require('node:http').createServer((request, response) => {
        request.resume().on('end', () => { count += 1; ${answer} });
      }).listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    const port = await new Promise<number>((resolve) => worker.once('message', resolve));
    return { url: `http://127.0.0.1:${port}`, close: () => worker.terminate() };
  }

  it.each<[string, string, Fate[]]>([
    ['takes all', 'response.end()', [DELIVERED, DELIVERED]],
    [
      'refuses the first',
      'response.writeHead(count === 1 ? 400 : 200).end()',
      [REFUSED, DELIVERED],
    ],
    [
      'is busy for a moment',
      'response.writeHead(count === 1 ? 503 : 200).end()',
      [DELIVERED, DELIVERED],
    ],
    [
      'finds the first too large, and a part of it too',
      'response.writeHead(count < 3 ? 413 : 200).end()',
      [DELIVERED, DELIVERED],
    ],
    [
      'takes half of the first',
      'response.writeHead([413, 200, 400][count - 1] ?? 200).end()',
      [{ delivered: 2, refused: 2 }, DELIVERED],
    ],
    [
      'takes half of the first and then nothing',
      'response.writeHead([413, 200][count - 1] ?? 503).end()',
      [{ delivered: 2, refused: 0 }, NONE],
    ],
    ['finds everything too large', 'response.writeHead(413).end()', [REFUSED, REFUSED]],
    ['stays busy', 'response.writeHead(503).end()', [NONE, NONE]],
    ['never answers', '', [NONE, NONE]],
    ['tears the connection', 'request.socket.destroy()', [NONE, NONE]],
  ])('tells what became of each request when the receiver %s', async (_, answer, fates) => {
    const receiver = await openReceiver(answer);
    const endpoint = endpointOf(receiver.url);
    const request = { endpoint, recordCount: 4, noun: 'spans', body: requestOf(4) };
    const before = performance.now();
    expect(sendAndWait([request, { ...request }], 1500)).toEqual(fates);
    expect(performance.now() - before).toBeLessThan(4000);
    await receiver.close();
  });

  it('does not wait for a receiver that is not there', () => {
    const endpoint = endpointOf('http://127.0.0.1:1');
    const before = performance.now();
    const request = { endpoint, recordCount: 4, noun: 'spans', body: requestOf(4) };
    expect(sendAndWait([request], 30_000)).toEqual([NONE]);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe('a child process', () => {
  const nothing = (): boolean => false;
  it.each<[string, boolean, Parameters<typeof mayOutlive>]>([
    ['on a developer machine', true, [{}, { pid: 100, ppid: 99 }, nothing]],
    ['as the first process of a container', false, [{}, { pid: 1, ppid: 0 }, nothing]],
    ['under the first process of a container', false, [{}, { pid: 7, ppid: 1 }, nothing]],
    ['in a container', false, [{}, { pid: 100, ppid: 99 }, (path) => path === '/.dockerenv']],
    ['in a pod', false, [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, { pid: 100, ppid: 99 }, nothing]],
    ['as a service', false, [{ INVOCATION_ID: 'abc' }, { pid: 100, ppid: 99 }, nothing]],
    ['in a function', false, [{ AWS_LAMBDA_FUNCTION_NAME: 'f' }, { pid: 100, ppid: 99 }, nothing]],
  ])('%s may go on: %s', (_, expected, args) => {
    expect(mayOutlive(...args)).toBe(expected);
  });
});
