/** Backup, verify, restore and recover as their user runs them, against the real server. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import {
  eventually,
  type ServerProcess,
  startServer,
  withDataDir,
} from '../system/server-process.ts';

const MAIN = path.resolve(import.meta.dirname, '../../packages/server/bin/heartwood-server.cjs');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function command(dataDir: string, ...args: readonly string[]): Ended {
  return commandWith({}, dataDir, ...args);
}

function commandWith(
  env: Readonly<Record<string, string>>,
  dataDir: string,
  ...args: readonly string[]
): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env['PATH'], HOME: dataDir, HEARTWOOD_DATA_DIR: dataDir, ...env },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const DAY_MS = 86_400_000;

/** Sends spans of one trace from so many days ago; resolves when they are acknowledged. */
async function send({ otlpUrl }: ServerProcess, count: number, daysAgo = 0): Promise<void> {
  const traceId = randomBytes(16).toString('hex');
  const start = BigInt(Date.now() - daysAgo * DAY_MS) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, index) => ({
    traceId,
    spanId: (index + 1).toString(16).padStart(16, '0'),
    name: 'work',
    startTimeUnixNano: String(start + BigInt(index)),
    endTimeUnixNano: String(start + BigInt(index) + 1000n),
    attributes: [{ key: 'feature.name', value: { stringValue: 'kept' } }],
  }));
  const answer = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  expect(answer.status).toBe(200);
}

interface System {
  readonly store: { readonly spans: number };
  readonly storage: { readonly oldest: string };
}

async function readSystem({ appUrl }: ServerProcess): Promise<System> {
  const answer = await fetch(`${appUrl}/api/v1/system`);
  return ((await answer.json()) as { data: System }).data;
}

const countSpans = async (server: ServerProcess): Promise<number> =>
  (await readSystem(server)).store.spans;

test('a backup of a running server holds every request acknowledged before, and a restored server goes on', async () => {
  await withDataDir(async (home) => {
    const [data, backup, restored] = ['data', 'backup', 'restored'].map((name) =>
      path.join(home, name),
    ) as [string, string, string];
    const server = await startServer({ dataDir: data });
    try {
      for (let request = 0; request < 5; request++) await send(server, 20);
      // Not landed yet: that takes up to a second.
      expect(command(data, 'backup', backup)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('100 spans'),
      });
      await send(server, 7);
      expect(command(data, 'backup', backup)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('STORE_BACKUP_EXISTS'),
      });
      expect(command(data, 'verify')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('STORE_LOCKED'),
      });
    } finally {
      await server.end('SIGKILL');
    }
    expect(command(data, 'verify', backup)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('all well'),
    });
    expect(command(restored, 'restore', backup)).toMatchObject({ code: 0 });
    expect(command(data, 'restore', backup)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('STORE_RESTORE_TARGET'),
    });
    const again = await startServer({ dataDir: restored });
    try {
      expect(await countSpans(again)).toBe(100);
      await send(again, 3);
      await eventually(
        () => countSpans(again),
        (spans) => spans === 103,
      );
    } finally {
      await again.end('SIGKILL');
    }
    // Without the server, what only its journal holds is in the backup too.
    expect(command(data, 'backup', path.join(home, 'offline'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('107 spans'),
    });
  });
}, 60_000);

test('a server whose database is damaged refuses to start, and recover brings back what the journal holds', async () => {
  await withDataDir(async (dataDir) => {
    const server = await startServer({ dataDir });
    for (let request = 0; request < 5; request++) await send(server, 20);
    await eventually(
      () => countSpans(server),
      (spans) => spans === 100,
    );
    await server.end('SIGKILL');
    const database = path.join(dataDir, 'heartwood.duckdb');
    const bytes = readFileSync(database);
    writeFileSync(database, bytes.fill(0x5a, 4096, 12_288));
    await expect(startServer({ dataDir })).rejects.toThrow('recover');
    expect(command(dataDir, 'verify')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('WRONG  database opens'),
    });
    expect(command(dataDir, 'recover')).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/the journal was read from record 0 to [56]/),
    });
    const aside = readdirSync(dataDir).find((name) => name.includes('.damaged-')) ?? '';
    expect(readFileSync(path.join(dataDir, aside, 'heartwood.duckdb')).equals(bytes)).toBe(true);
    expect(command(dataDir, 'verify')).toMatchObject({ code: 0 });
    const again = await startServer({ dataDir });
    try {
      expect(await countSpans(again)).toBe(100);
    } finally {
      await again.end('SIGKILL');
    }
  });
}, 60_000);

test('the roll-ups are counted anew in a running server and without one', async () => {
  await withDataDir(async (dataDir) => {
    expect(command(dataDir, 'rebuild-rollups')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('SERVER_NO_DATA'),
    });
    const server = await startServer({ dataDir });
    const countRuns = async (): Promise<number> => {
      const answer = await fetch(`${server.appUrl}/api/v1/features?since=2d`);
      const { data } = (await answer.json()) as { data: readonly { readonly runs: number }[] };
      return data.reduce((sum, { runs }) => sum + runs, 0);
    };
    try {
      await send(server, 20, 1);
      await send(server, 5);
      await eventually(countRuns, (runs) => runs === 25);
      expect(command(dataDir, 'rebuild-rollups')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('counted anew'),
      });
      expect(await countRuns()).toBe(25);
    } finally {
      await server.end('SIGTERM');
    }
    const database = path.join(dataDir, 'heartwood.duckdb');
    const wrong = await DuckDBInstance.create(database);
    const connection = await wrong.connect();
    await connection.run('UPDATE feature_hour SET runs = runs + 100');
    connection.disconnectSync();
    wrong.closeSync();
    expect(command(dataDir, 'rebuild-rollups')).toMatchObject({ code: 0 });
    const right = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
    const reading = await right.connect();
    const sum = await reading.runAndReadAll('SELECT sum(runs)::INTEGER FROM feature_hour');
    expect(sum.getRows()).toEqual([[25]]);
    reading.disconnectSync();
    right.closeSync();
  });
}, 60_000);

test('nothing is recovered under a program that has the database open, whatever its data folder', async () => {
  await withDataDir(async (home) => {
    const [data, other] = [path.join(home, 'data'), path.join(home, 'other')];
    const database = path.join(data, 'heartwood.duckdb');
    const server = await startServer({ dataDir: data });
    try {
      await send(server, 5);
      for (const name of ['verify', 'recover'])
        expect(commandWith({ FEATURE_TRACKING_DB_PATH: database }, other, name)).toMatchObject({
          code: 1,
          stderr: expect.stringContaining('STORE_LOCKED'),
        });
      expect(readdirSync(data).filter((name) => /damaged|recovering/.test(name))).toEqual([]);
    } finally {
      await server.end('SIGKILL');
    }
  });
}, 60_000);

test('a wrong call is answered with the usage', () => {
  for (const args of [['backups'], ['backup'], ['verify', 'a', 'b']])
    expect(command('/nowhere', ...args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('heartwood-server backup <folder>'),
    });
});

test('the server deletes what is older than allowed by itself, says so, and goes on', async () => {
  await withDataDir(async (dataDir) => {
    const server = await startServer({
      dataDir,
      env: { HEARTWOOD_RETENTION_DAYS: '3', HEARTWOOD_UPKEEP_INTERVAL: '2s' },
    });
    try {
      await send(server, 50, 10);
      await send(server, 20);
      await eventually(
        () => countSpans(server),
        (spans) => spans === 20,
      );
      await eventually(
        async () => server.output().stderr,
        (said) => said.includes('retention: 50 records were older than allowed'),
      );
      await send(server, 5);
      await eventually(
        () => countSpans(server),
        (spans) => spans === 25,
      );
      const { storage } = await readSystem(server);
      expect(storage).toMatchObject({ archiveFiles: 0, lastUpkeep: { droppedBySize: 0 } });
      expect(Date.parse(storage.oldest)).toBeGreaterThan(Date.now() - DAY_MS);
      expect(statSync(path.join(dataDir, 'control.json')).mode & 0o777).toBe(0o600);
    } finally {
      await server.end('SIGKILL');
    }
  });
}, 60_000);

test('a database that has silently lost what had landed is told of at the start', async () => {
  await withDataDir(async (dataDir) => {
    let server = await startServer({ dataDir });
    await send(server, 5);
    await server.end('SIGTERM');
    const database = path.join(dataDir, 'heartwood.duckdb');
    const early = readFileSync(database);
    server = await startServer({ dataDir });
    for (let request = 0; request < 3; request++) await send(server, 5);
    await server.end('SIGTERM');
    // Segments are deleted when their successor has landed; a start begins a new one.
    server = await startServer({ dataDir });
    await send(server, 5);
    await server.end('SIGTERM');
    writeFileSync(database, early);
    expect(command(dataDir, 'verify')).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('WRONG  journal goes on where the database stops'),
    });
    server = await startServer({ dataDir });
    try {
      expect(server.output().stderr).toMatch(
        /up to [1-9]\d* requests behind the end of the database/,
      );
    } finally {
      await server.end('SIGKILL');
    }
  });
}, 60_000);
