/** What a person does who asks whether it hangs and what went wrong: real apps, a real server, and the screens of a terminal. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGISTER, root } from './system/app-process.ts';
import { HAS_PTY, openPty, type HowToShow, type Pty } from './system/pty.ts';
import { eventually, startServer, type ServerProcess } from './system/server-process.ts';

const APP = path.join(root, 'test/apps/sync/app.mjs');
const BIN = path.join(root, 'packages/cli/bin/heartwood.js');
const PATIENCE_MS = 60_000;

let folder: string;
let apiPort: string;
let server: ServerProcess;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-scenarios-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  apiPort = String((free.address() as AddressInfo).port);
  free.close();
  await once(free, 'close');
  server = await start();
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const start = (): Promise<ServerProcess> =>
  startServer({ dataDir: folder, env: { HEARTWOOD_API_PORT: apiPort } });

/** An app that does what it is told. */
function startApp(service: string, component: string) {
  const child = spawn(process.execPath, ['--import', REGISTER, APP], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      COMPONENT: component,
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: server.otlpUrl,
      HEARTWOOD_OPERATION_HEARTBEAT: '0.5',
      HEARTWOOD_QUIET: 'true',
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  children.push(child);
  return {
    child,
    tell: (...words: string[]) => child.stdin.write(words.map((word) => `${word}\n`).join('')),
  };
}

/** The command line on a terminal. */
const open = (command: string, how: HowToShow = {}): Promise<Pty> =>
  openPty(`${process.execPath} ${BIN} ${command}`, {
    ...how,
    env: { HEARTWOOD_URL: server.appUrl, ...how.env },
  });

/** The screen, when it shows all of this. */
async function seen(pty: Pty, ...wanted: (string | RegExp)[]): Promise<string> {
  const lines = await eventually(
    () => pty.screen.lines(),
    (found) => {
      const text = found.join('\n');
      return wanted.every((each) =>
        typeof each === 'string' ? text.includes(each) : each.test(text),
      );
    },
    PATIENCE_MS,
  );
  return lines.join('\n');
}

/** A command that ends by itself: its exit code, and all that it showed. */
async function shown(command: string, how: HowToShow = { columns: 100, rows: 50 }) {
  await using pty = await open(command, how);
  const code = await pty.ended;
  return { code, text: (await pty.screen.all()).join('\n') };
}

/** Nothing that differs from run to run. */
const steady = (text: string): string =>
  text
    .replaceAll(/op-\d{8}-\d{6}-[\da-f]{1,8}/gu, 'op-20260101-000000-01234567')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(?=:)/gu, '2026-01-01 00:00')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(?!:)/gu, '2026-01-01 00:00')
    .replaceAll(/\b\d\d:\d\d:\d\d(?:\.\d+)?\b/gu, '00:00:00')
    .replaceAll(/127\.0\.0\.1:\d+/gu, '127.0.0.1:4319')
    .replaceAll(/(?<=process )\d+(?: on host \S+)?/gu, '4711 on host a.example')
    .replaceAll(/\b[\d.,]+ (?:ms|s|min|h)\b(?: \d\d (?:s|min)\b)?/gu, '<time>')
    .replaceAll(/\b[\d.]+ [KMG]?i?B\b/gu, '<size>')
    .replaceAll(/\b[\d,]+ (span|log record)s?\b/gu, '3 $1s')
    .replaceAll(/\b\d+ services?\b/gu, '3 services')
    .replaceAll(/[▁▂▃▄▅▆▇█]*▁[▁▂▃▄▅▆▇█]*/gu, '<spark>')
    .replaceAll(/[█▏▎▍▌▋▊▉░]{4,}/gu, (bar) => {
      const full = Math.round((bar.replaceAll('░', '').length / bar.length) * 10);
      return '█'.repeat(full) + '░'.repeat(10 - full);
    })
    .replaceAll(/(?<=\S) {3,}/gu, '  ')
    .replaceAll(folder, '/data')
    .replaceAll(/ +$/gmu, '');

const keeps = (name: string, text: string): Promise<void> =>
  expect(`${steady(text)}\n`).toMatchFileSnapshot(`snapshots/${name}.txt`);

const SIGINT_CODE = 130;
const note = HAS_PTY ? '' : ' (skipped: script not installed)';

describe.skipIf(!HAS_PTY)(`on a terminal${note}`, { timeout: 240_000 }, () => {
  let app: ReturnType<typeof startApp>;

  test('S2-100 S2-43: is it still running, or does it hang?', async () => {
    app = startApp('importer', 'sync');
    app.tell('batch', 'batch', 'batch');
    await using status = await open('monitor status --refresh 1', { columns: 100, rows: 30 });
    // An operation is known before its records have landed.
    const page = ['3 of 7 batches', 'the last came', 'Press Ctrl+C to stop'];
    await keeps('is-it-running', await seen(status, ...page));
    status.type('\u0003');
    expect(await status.ended).toBe(SIGINT_CODE);

    await using watch = await open('monitor operations', { columns: 180, rows: 24 });
    await seen(watch, '1 healthy', 'Syncing batch 3');
    app.child.kill('SIGSTOP');
    await keeps('does-it-hang', await seen(watch, '1 lost', /no news for/u));
    app.child.kill('SIGCONT');
    await seen(watch, '1 healthy');

    // Whatever is typed and whatever size the window takes, one page stands.
    watch.type('what is this\r\r\r');
    for (const [columns, rows, drawn] of [
      [80, 24, /% .* left$/mu],
      [40, 10, /42\.9 %$/mu],
      [120, 40, /3 of 7 batches .* left$/mu],
    ] as const) {
      watch.resize(columns, rows);
      const text = await seen(watch, '1 healthy', drawn, /^Press Ctrl\+C to stop$/mu);
      const lines = text.split('\n');
      expect(lines.filter((line) => line.startsWith('Operations under way'))).toHaveLength(1);
      expect(lines.length).toBeLessThan(rows);
      expect(text).not.toContain('what is this');
      if (columns === 40) await keeps('narrow-and-low', text);
    }
    expect(watch.screen.hasCursor()).toBe(false);
    watch.type('\u0003');
    expect(await watch.ended).toBe(SIGINT_CODE);
    expect(watch.screen.hasCursor()).toBe(true);
    expect((await watch.screen.lines()).at(-1)).toMatch(/1 operation in /u);
  });

  test('S2-44: put aside with Ctrl-Z and brought back, a page still ends with Ctrl-C', async () => {
    const env = { HEARTWOOD_URL: server.appUrl };
    await using shell = await openPty('sh -i', { columns: 100, rows: 60, env });
    shell.type(`${process.execPath} ${BIN} monitor status --refresh 1\r`);
    await seen(shell, 'Press Ctrl+C to stop');
    shell.type('\u001A');
    await seen(shell, /Stopped/u);
    shell.type('fg\r');
    await seen(shell, /Stopped[^]*^Heartwood status[^]*Press Ctrl\+C to stop/mu);
    shell.type('\u0003');
    await seen(shell, /stop\)\s+\d+ looks? in .*; 1 running, .* in the last hour\.\s+[#$] *$/u);
    shell.type('echo "ended with $?"\r');
    expect(await seen(shell, /^ended with \d+$/mu)).toContain(`ended with ${String(SIGINT_CODE)}`);
  });

  test('S2-102 S2-25 S2-29: follows logs while it runs', async () => {
    const filter = String.raw`'Syncing\|✓\|❌'`;
    await using logs = await open(`logs show --follow --component sync --filter ${filter}`);
    await using errors = await open('logs errors --follow');
    await using some = await open('monitor logs --component other');
    await seen(logs, '✓ batch 3 synced', 'Following');
    await seen(errors, 'Following');
    await seen(some, 'Following');
    app.tell('batch', 'fail');
    await seen(errors, 'SQLITE_BUSY', 'ECONNREFUSED');
    await keeps('follow-live', await seen(logs, '✓ batch 4 synced', 'SQLITE_BUSY'));
    for (const pty of [logs, errors, some]) {
      pty.type('\u0003');
      expect(await pty.ended).toBe(SIGINT_CODE);
    }
    expect((await errors.screen.lines()).join('\n')).not.toContain('batch 4');
    expect((await some.screen.lines()).at(-1)).toMatch(/0 lines in /u);
  });

  test('S2-101: what went wrong with the last operation?', async () => {
    const command = 'logs errors --summary --since 1h';
    await eventually(
      () => shown(command),
      // The line, and the run and the operation that it failed: they do not land at once.
      ({ text }) => /API Errors: +2/u.test(text) && /Database Errors: +1/u.test(text),
      PATIENCE_MS,
    );
    await keeps('what-went-wrong', (await shown(command)).text);
    const list = await shown('logs errors --count 10', { columns: 160, rows: 30 });
    await keeps('last-errors', list.text);
    const operations = await shown('operations list', { columns: 160, rows: 30 });
    expect(operations.text).toMatch(/sync_leads +failed +4 of/u);
    const health = await shown('debug health --verbose', { columns: 100, rows: 200 });
    expect(health.text).toContain('errors.new');
  });

  test('S2-103: all recent errors, of all components', async () => {
    const other = startApp('shop', 'billing');
    other.tell('fail');
    const command = 'logs errors --by component --since 1d';
    await eventually(
      () => shown(command),
      // Two lines and the failed run of each: they do not land at once.
      ({ text }) => /^billing +3 /mu.test(text) && /^sync +3 /mu.test(text),
      PATIENCE_MS,
    );
    await keeps('errors-of-components', (await shown(command, { columns: 130, rows: 30 })).text);
    const day = await shown('logs errors --summary --since 1d');
    expect(day.code).toBe(0);
    await keeps('errors-of-a-day', day.text);
  });

  test('S2-105 S2-26: a failed operation, from health to diagnosis', async () => {
    const health = await shown('debug health', { columns: 120, rows: 100 });
    expect([0, 3]).toContain(health.code);
    const file = path.join(folder, 'investigation.log');
    const exported = await shown(`logs export --since 2h --output ${file}`);
    expect(exported.code).toBe(0);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('SQLITE_BUSY'))).toHaveLength(2);
    const diagnosis = await shown('debug diagnose --test-api --test-database');
    expect(diagnosis.code, diagnosis.text).toBe(0);
  });

  test('the page says that the server is gone, and goes on when it is back', async () => {
    await using status = await open('monitor status --refresh 1', { columns: 100, rows: 40 });
    await using watch = await open('monitor operations', { columns: 100, rows: 24 });
    await seen(status, 'connected', 'Recent Errors');
    await seen(watch, 'Nothing is under way.');
    await server.end('SIGKILL');
    await keeps('server-gone', await seen(status, 'No answer for', 'The server has gone'));
    await seen(watch, 'The server has been gone for');
    server = await start();
    await seen(status, 'reconnected after', /API +connected/u);
    await seen(watch, 'reconnected after', 'Nothing is under way.');
    process.kill(status.pid(), 'SIGTERM');
    await status.ended;
    expect(status.screen.hasCursor()).toBe(true);
    watch.type('\u0003');
    expect(await watch.ended).toBe(SIGINT_CODE);
  });

  test('a dumb terminal gets lines', async () => {
    await using pty = await open('monitor status --count 1', { env: { TERM: 'dumb' } });
    expect(await pty.ended).toBe(0);
    expect((await pty.screen.all()).join('\n')).toContain('Heartwood status');
  });
});

test(
  'S2-104 S2-26: watched by a program: status, errors and health as JSON',
  { timeout: 120_000 },
  async () => {
    const run = async (...args: string[]) => {
      const child = spawn(process.execPath, [BIN, ...args, '--url', server.appUrl], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      const [code] = (await once(child, 'close')) as [number];
      return { code, answer: text === '' ? undefined : (JSON.parse(text) as unknown) };
    };
    const status = await run('monitor', 'status', '--json');
    expect(status).toMatchObject({
      code: 0,
      answer: { data: { connection: { api: { connected: true }, database: { available: true } } } },
    });
    const health = await run('debug', 'health', '--json');
    expect([0, 3]).toContain(health.code);
    const file = path.join(folder, 'debug.json');
    const flags = ['--format', 'json', '--level', 'ERROR', '--output', file];
    expect((await run('logs', 'export', ...flags)).code).toBe(0);
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: { severity: string }[] };
    expect(data.every(({ severity }) => severity === 'error')).toBe(true);
    expect(data.length).toBeGreaterThanOrEqual(HAS_PTY ? 4 : 0);
  },
);
