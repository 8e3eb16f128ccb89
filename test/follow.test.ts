/** Logs are followed in a terminal while apps send, the server is killed and another takes its place. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startServer, withDataDir, type ServerProcess } from './system/server-process.ts';

const BIN = path.resolve(import.meta.dirname, '../packages/cli/bin/heartwood.js');

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

const follow = (url: string, ...flags: string[]) =>
  run('logs', 'show', '--follow', '--url', url, ...flags);

function run(...args: string[]) {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let data = '';
  let notes = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (data += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  return {
    data: () => data,
    notes: () => notes,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    ended: async () => (await ended)[0],
  };
}

let nextTime = BigInt(Date.now()) * 1_000_000n;

async function send({ otlpUrl }: ServerProcess, ...bodies: string[]): Promise<void> {
  const logRecords = bodies.map((body) => ({
    timeUnixNano: String(nextTime++),
    severityNumber: body.includes('ERROR') ? 17 : 9,
    body: { stringValue: body },
  }));
  const resource = {
    attributes: [{ key: 'service.name', value: { stringValue: 'importer' } }],
  };
  const answer = await fetch(`${otlpUrl}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  });
  expect(answer.status).toBe(200);
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const number = (key: string, intValue: number) => ({ key, value: { intValue } });

/** An event of an operation, as the instrumentation sends it. */
async function tell(
  { otlpUrl }: ServerProcess,
  kind: string,
  id: string,
  ...facts: object[]
): Promise<void> {
  const record = {
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    eventName: `feature.operation.${kind}`,
    attributes: [
      text('feature.operation.id', id),
      text('feature.name', 'import'),
      number('feature.operation.heartbeat_interval', 10),
      ...facts,
    ],
  };
  const answer = await fetch(`${otlpUrl}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  });
  expect(answer.status).toBe(200);
}

const until = <T>(check: () => T): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 });

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${String(from + index)}`);

test.each([
  ['nobody listens', 4, 'http://127.0.0.1:1', []],
  ['the server is another', 1, '', []],
  ['an end is given', 2, 'http://127.0.0.1:1', ['--to', 'now']],
])('following ends at once where %s', async (_case, code, url, flags) => {
  const other = createHttpServer((_request, response) => void response.end('hello'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const one = follow(url === '' ? `http://127.0.0.1:${String(port)}` : url, ...flags);
  expect([await one.ended(), one.data()]).toEqual([code, '']);
});

test('a first answer that does not come is not waited for longer than --timeout', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const one = follow(`http://127.0.0.1:${String(port)}`, '--timeout', '300ms');
  expect(await one.ended()).toBe(4);
  expect(one.notes()).toContain('No answer within 300 ms');
});

test('S2-20 S2-21 S2-102 logs are followed: no line is missed and none comes twice, also across a server that is killed', async () => {
  await withDataDir(async (dataDir) => {
    const env = { HEARTWOOD_API_PORT: await freePort() };
    let server = await startServer({ dataDir, env });
    try {
      await send(server, ...numbers(0, 3));
      const first = follow(server.appUrl, '--since', '1h');
      await until(() => expect(first.data()).toContain('line 2'));
      const bad = follow(server.appUrl, '--filter', 'ERROR', '--count', '1', '--json');
      await until(() => expect(bad.notes()).toContain('Following'));
      await send(server, ...numbers(3, 6), 'ERROR \u001B]0;owned\u0007\u009B2Jred');
      await until(() => expect(first.data()).toContain('line 5'));
      expect(await bad.ended()).toBe(0);
      expect(
        bad
          .data()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as object),
      ).toMatchObject([{ severity: 'error', service: 'importer' }]);

      await server.end('SIGKILL');
      await until(() => expect(first.notes()).toContain('The server has gone'));
      server = await startServer({ dataDir, env });
      await send(server, ...numbers(6, 46));
      await until(() => expect(first.data()).toContain('line 45'));
      expect(first.notes()).toMatch(/reconnected after [\d.]+ (?:ms|s), \d+ records? later/u);
      await server.end('SIGTERM');
      server = await startServer({ dataDir, env });
      await send(server, ...numbers(46, 50));
      await until(() => expect(first.data()).toContain('line 49'));

      first.kill('SIGINT');
      expect(await first.ended()).toBe(130);
      expect(first.notes()).toMatch(/\d+ lines in [\d.]+ (?:s|min)\.\n$/u);
      const lines = first.data().trimEnd().split('\n');
      expect(lines.map((line) => /(?:line \d+|ERROR red)$/u.exec(line)?.[0])).toEqual([
        ...numbers(0, 6),
        'ERROR red',
        ...numbers(6, 50),
      ]);
      // oxlint-disable-next-line no-control-regex
      expect(first.data()).not.toMatch(/[\x00-\x09\x0B-\x1F\x7F-\x9F]/u);
    } finally {
      await server.end('SIGKILL');
    }
  });
}, 90_000);

test('S2-02 S2-05 operations are shown as they go on, and again by the next server', async () => {
  await withDataDir(async (dataDir) => {
    const env = { HEARTWOOD_API_PORT: await freePort() };
    let server = await startServer({ dataDir, env });
    try {
      const seen = run('monitor', 'operations', '--url', server.appUrl, '--refresh', '1');
      const json = run(
        'monitor',
        'operations',
        '--url',
        server.appUrl,
        '--json',
        '--feature',
        'import',
      );
      await until(() => expect(seen.notes()).toContain('Nothing is under way'));
      await until(() => expect(json.notes()).toContain('Following'));
      await tell(server, 'start', 'op-1', number('feature.operation.total', 20));
      await until(() => expect(seen.data()).toContain('healthy import (op-1)'));
      await tell(
        server,
        'progress',
        'op-1',
        number('feature.operation.current', 5),
        number('feature.operation.total', 20),
        text('feature.operation.message', 'Copying \u001B]0;owned\u0007\u009B2Jnow'),
      );
      await until(() => expect(json.data()).toContain('"current":5'));

      await server.end('SIGKILL');
      await until(() => expect(seen.notes()).toContain('The server has gone'));
      const before = seen.data().length;
      server = await startServer({ dataDir, env });
      await until(() => expect(seen.notes()).toMatch(/reconnected after [\d.]+ m?s/u));
      // A total that the start says is a guess.
      await until(() => expect(seen.data().slice(before)).toContain('25.0 % (5 of about 20)'));
      await tell(server, 'end', 'op-1', text('feature.status', 'failed'));
      await until(() => expect(seen.data()).toContain('failed  import (op-1)'));
      await until(() => expect(json.data()).toContain('{"event":"gone"'));
      for (const one of [seen, json]) {
        one.kill('SIGINT');
        expect(await one.ended()).toBe(130);
        // oxlint-disable-next-line no-control-regex
        expect(one.data()).not.toMatch(/[\x00-\x09\x0B-\x1F\x7F-\x9F]/u);
      }
      expect(seen.notes()).toMatch(/1 operation in [\d.]+ (?:s|min)\.\n$/u);
    } finally {
      await server.end('SIGKILL');
    }
  });
}, 90_000);
