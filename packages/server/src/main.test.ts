import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SETTINGS } from './config.ts';

const BIN = path.resolve(import.meta.dirname, '../bin/heartwood-server.cjs');

let dataDir: string;
let child: ChildProcess;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-main-'));
});
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts the server as it is built; resolves with the address for OTLP. */
async function start(): Promise<string> {
  const environment: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: dataDir };
  environment[SETTINGS.dataDir.variable] = dataDir;
  for (const { variable } of Object.values(SETTINGS))
    if (variable.endsWith('_PORT')) environment[variable] = '0';
  const started = spawn(BIN, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  started.stderr.resume();
  let said = '';
  for await (const text of started.stdout
    .setEncoding('utf8')
    .iterator({ destroyOnReturn: false })) {
    said += String(text);
    const otlp = / otlp=(\S+) .*\n/.exec(said)?.[1];
    if (otlp !== undefined) return otlp;
  }
  throw new Error(`not ready: ${said}`);
}

async function send(otlpUrl: string, spans: number): Promise<number> {
  const time = String(Date.now() * 1e6);
  const body = JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: Array.from({ length: spans }, (_, n) => ({
              traceId: 'a'.repeat(32),
              spanId: (n + 1).toString(16).padStart(16, '0'),
              name: 'work',
              startTimeUnixNano: time,
              endTimeUnixNano: time,
            })),
          },
        ],
      },
    ],
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${otlpUrl}/v1/traces`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
}

test('a second signal ends the server at once by that signal, in the middle of a landing', async () => {
  const otlpUrl = await start();
  expect(await send(otlpUrl, 50_000)).toBe(200);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  child.kill('SIGINT');
  const [code, signal] = (await exited) as [number | null, string | null];
  expect(code).toBe(null);
  expect(['SIGINT', 'SIGTERM']).toContain(signal);
});

test('the server outlives the reader of its messages', async () => {
  const otlpUrl = await start();
  child.stdout?.destroy();
  child.stderr?.destroy();
  // A journal that cannot be written is something to tell.
  rmSync(path.join(dataDir, 'journal'), { recursive: true });
  expect(await send(otlpUrl, 1)).toBe(503);
  const deadline = performance.now() + 20_000;
  let status = 0;
  while (status !== 200 && performance.now() < deadline)
    status = await send(otlpUrl, 1).catch(() => 0);
  expect(status).toBe(200);
});

test.runIf(process.platform === 'linux')(
  'its first line, by which npm and the image start it, bounds young generation and arenas of the process itself',
  async () => {
    await start();
    const about = (file: string): string[] =>
      readFileSync(`/proc/${String(child.pid)}/${file}`, 'utf8').split('\0');
    expect(about('cmdline')).toContain('--max-semi-space-size=8');
    expect(about('environ')).toContain('MALLOC_ARENA_MAX=2');
    const root = path.resolve(import.meta.dirname, '../../..');
    expect(readFileSync(path.join(root, 'package.json'), 'utf8')).toContain('&& heartwood-server"');
    expect(readFileSync(path.join(root, 'Dockerfile'), 'utf8')).toContain(
      'CMD ["packages/server/bin/heartwood-server.cjs"]',
    );
  },
);

test.runIf(process.platform === 'linux')(
  'every other thread lets the one that answers go first',
  async () => {
    await start();
    const pid = String(child.pid);
    const niceness = (thread: string): number => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
      // Behind the name, which may hold anything, the 17th field.
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    };
    const others = readdirSync(`/proc/${pid}/task`).filter((thread) => thread !== pid);
    expect(others.length).toBeGreaterThan(8);
    for (const thread of others) expect(niceness(thread)).toBe(Math.min(niceness(pid) + 5, 19));
  },
);
