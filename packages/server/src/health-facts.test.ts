import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnswerOf } from '@heartwood/api/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { noteBackup, readBackupNote } from './backup-note.ts';
import { compose, type Server } from './compose.ts';
import { parseConfig, SETTINGS } from './config.ts';
import { toConfigRows } from './config-rows.ts';
import { lookAt } from './look-at.ts';

type Answer = AnswerOf<'/api/v1/health'>;

const FREE_PORTS = {
  HEARTWOOD_OTLP_HTTP_PORT: '0',
  HEARTWOOD_OTLP_GRPC_PORT: '0',
  HEARTWOOD_API_PORT: '0',
};

let dataDir: string;
let server: Server;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-health-'));
  server = await compose(
    parseConfig({
      ...FREE_PORTS,
      HEARTWOOD_DATA_DIR: dataDir,
      HEARTWOOD_MIN_FREE_DISK_MB: '0',
    }),
    () => undefined,
  );
  const hourAgo = Date.now() - 3_600_000;
  await sendLogs(server, 'shop', [
    event('session.start', 'closed', hourAgo),
    event('session.end', 'closed', hourAgo + 1000),
    event('session.start', 'forgotten', hourAgo),
    event('session.start', 'busy', hourAgo),
    event('work', 'busy', Date.now() - 1000),
    event('session.start', 'long-ago', Date.now() - 30 * 3_600_000),
  ]);
  await sendLogs(server, 'ahead', [event('work', 'x', Date.now() + 120_000)]);
});

afterAll(async () => {
  await server.stop(10_000);
  rmSync(dataDir, { recursive: true, force: true });
});

const event = (name: string, session: string, atMs: number) => ({
  timeUnixNano: `${String(atMs)}000000`,
  eventName: name,
  attributes: [{ key: 'session.id', value: { stringValue: session } }],
});

async function sendLogs(to: Server, service: string, logRecords: object[]): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  const headers = { 'content-type': 'application/json' };
  const sent = await fetch(`${to.otlpUrl}/v1/logs`, { method: 'POST', headers, body });
  expect(sent.status).toBe(200);
}

async function ask(of: Server, query = ''): Promise<Answer> {
  const response = await fetch(`${of.appUrl}/api/v1/health${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

const find = ({ data }: Answer, id: string) => data.find((row) => row.id === id);

describe('GET /api/v1/health of a server that runs', () => {
  test('the size of the database that pages and summaries tell is that of its file', async () => {
    await vi.waitFor(async () => {
      const response = await fetch(`${server.appUrl}/api/v1/system`);
      const { data } = (await response.json()) as AnswerOf<'/api/v1/system'>;
      const { size } = statSync(path.join(dataDir, 'heartwood.duckdb'));
      expect(data.store.sizeBytes).toBe(size);
      expect(find(await ask(server), 'database.size')?.evidence['dataBytes']).toBe(size);
    }, 10_000);
  });

  test('S2-41, S2-42, S1-130: tells that API and database answer, when it looked, and how large the data are', async () => {
    const answer = await ask(server);
    expect(find(answer, 'database.open')).toMatchObject({ result: 'pass' });
    expect(find(answer, 'receiver.taking')).toMatchObject({ result: 'pass' });
    expect(Math.abs(Date.parse(answer.meta.at) - Date.now())).toBeLessThan(60_000);
    expect(find(answer, 'database.size')?.evidence['usedBytes']).toBeGreaterThan(0);
    const { data } = (await (
      await fetch(`${server.appUrl}/api/v1/system`)
    ).json()) as AnswerOf<'/api/v1/system'>;
    expect(data.receiver.received).toBe(7);
    // The event loop is looked at some time after the start.
    const untold = async (): Promise<unknown[]> =>
      (await ask(server)).data.filter(({ message }) => message.startsWith('cannot be told'));
    await expect.poll(untold, { timeout: 20_000 }).toEqual([]);
  });

  test('S0-56: tells which sessions began, ended, and were left open', async () => {
    await expect
      .poll(async () => find(await ask(server, '?check=sessions.closed'), 'sessions.closed'))
      .toMatchObject({
        result: 'warn',
        evidence: { started: 3, ended: 1, abandoned: 1, samples: ['forgotten'] },
      });
    expect(find(await ask(server), 'sessions.started')).toMatchObject({
      result: 'pass',
      evidence: { started: 3 },
    });
  });

  test('names the sender whose clock is ahead', async () => {
    await expect
      .poll(async () => find(await ask(server), 'clock.skew'))
      .toMatchObject({ result: 'warn', message: expect.stringContaining('ahead is') });
    expect(find(await ask(server), 'receiver.silent')).toMatchObject({ result: 'pass' });
  });

  test('S0-56: tells of a data folder that others can read', async () => {
    chmodSync(dataDir, 0o755);
    const { data } = await ask(server, '?check=config.permissions');
    chmodSync(dataDir, 0o700);
    expect(data).toMatchObject([{ result: 'warn', message: expect.stringContaining('0755') }]);
  });

  test('refuses the name of a check that is none', async () => {
    const response = await fetch(`${server.appUrl}/api/v1/health?check=disk.fre`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 'CHECK_UNKNOWN',
      suggestions: ['disk.free'],
    });
  });

  test('all kinds of errors that are new are counted, and some of them named', async () => {
    const words = ['apple', 'birch', 'cedar', 'date', 'elm', 'fir', 'ginkgo'];
    const logs = words.map((word) => ({
      timeUnixNano: `${String(Date.now())}000000`,
      severityNumber: 17,
      body: { stringValue: `no ${word}` },
    }));
    await sendLogs(server, 'shop', logs);
    await vi.waitFor(async () => {
      const found = find(await ask(server), 'errors.new');
      expect(found?.message).toMatch(/^7 kinds for the first time in the last hour, such as no /u);
      expect(found?.evidence['freshKinds']).toBe(7);
    }, 20_000);
  });
});

describe('a disk that is full', () => {
  test('S0-55: fails both the disk and the taking of data, and the answer still comes', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-full-'));
    const full = await compose(
      parseConfig({
        ...FREE_PORTS,
        HEARTWOOD_DATA_DIR: folder,
        // More than any disk has.
        HEARTWOOD_MIN_FREE_DISK_MB: '9999999',
      }),
      () => undefined,
    );
    const answer = await ask(full, '?check=disk.free&check=receiver.taking');
    await full.stop(10_000);
    rmSync(folder, { recursive: true, force: true });
    expect(answer.meta.worst).toBe('fail');
    expect(answer.data.map(({ id, result }) => [id, result])).toEqual([
      ['receiver.taking', 'fail'],
      ['disk.free', 'fail'],
    ]);
  });
});

describe('GET /api/v1/diagnosis', () => {
  type Diagnosis = AnswerOf<'/api/v1/diagnosis'>;
  const diagnose = async (query: string): Promise<Diagnosis> =>
    (await (await fetch(`${server.appUrl}/api/v1/diagnosis${query}`)).json()) as Diagnosis;

  test('S2-33: tries out server and database, and nothing is received or written for it', async () => {
    const before = await receivedBy(server);
    const { data, meta } = await diagnose('');
    expect(data.map(({ id, result }) => [id, result])).not.toContainEqual([
      expect.anything(),
      'unknown',
    ]);
    expect(data.find(({ id }) => id === 'database.answers')?.evidence['tripsMs']).toHaveLength(5);
    expect(data.find(({ id }) => id === 'database.scan')?.evidence['rows']).toBe(0);
    expect(meta).toMatchObject({ tests: ['api', 'database'], otlpHttpUrl: server.otlpUrl });
    expect(await receivedBy(server)).toBe(before);
  });

  test('S2-33: tries out one of them', async () => {
    const { data } = await diagnose('?tests=api');
    expect(data.map(({ id }) => id)).toEqual(['api.ready', 'api.turn']);
  });
});

const receivedBy = async (of: Server): Promise<number> => {
  const answer = await fetch(`${of.appUrl}/api/v1/system`);
  return ((await answer.json()) as AnswerOf<'/api/v1/system'>).data.receiver.received;
};

describe('GET /api/v1/config', () => {
  test('S1-131: gives every setting with where it comes from', async () => {
    const response = await fetch(`${server.appUrl}/api/v1/config`);
    const { data } = (await response.json()) as AnswerOf<'/api/v1/config'>;
    expect(data.map(({ name }) => name)).toEqual(
      Object.values(SETTINGS).map(({ variable }) => variable),
    );
    // Of the settings and of the environment of this process, which has none.
    expect(data.find(({ name }) => name === 'HEARTWOOD_DATA_DIR')).toMatchObject({
      value: dataDir,
      origin: 'default',
    });
  });
});

describe('settings to show', () => {
  const SECRETS = {
    HEARTWOOD_INGEST_TOKEN: 'canary-0123456789-ingest',
    HEARTWOOD_READ_TOKEN: 'canary-0123456789-read',
  };

  test.each([
    ['HEARTWOOD_INGEST_TOKEN', '(hidden)', 'env'],
    ['HEARTWOOD_READ_TOKEN', '(hidden)', 'env'],
    ['HEARTWOOD_UPKEEP_INTERVAL', '5m', 'env'],
    ['HEARTWOOD_MEMORY_MB', '1408', 'default'],
    ['HEARTWOOD_DATA_DIR', path.resolve('here'), 'env'],
    ['HEARTWOOD_TLS_CERT', null, 'default'],
  ])('%s is %s, from %s', (name, value, origin) => {
    const environment = { ...SECRETS, HEARTWOOD_UPKEEP_INTERVAL: '5m', HEARTWOOD_DATA_DIR: 'here' };
    const rows = toConfigRows(parseConfig(environment), environment);
    expect(rows.find((row) => row.name === name)).toMatchObject({ value, origin });
    expect(JSON.stringify(rows)).not.toContain('canary');
  });

  test('say of a secret that is not set that it is not', () => {
    const rows = toConfigRows(parseConfig({}), {});
    expect(rows.find(({ name }) => name === 'HEARTWOOD_READ_TOKEN')).toMatchObject({ value: null });
  });
});

describe('looking', () => {
  test('tells what it saw and how long that took', async () => {
    expect(await lookAt(async () => 3)).toMatchObject({ isKnown: true, value: 3 });
  });

  test.each([
    ['throws', () => Promise.reject(new Error('no such file')), 'no such file'],
    [
      'throws at once',
      () => {
        throw new Error('closed');
      },
      'closed',
    ],
    ['hangs', () => new Promise(() => undefined), 'no answer within 20 ms'],
  ])('tells the reason where it %s', async (_name, look, reason) => {
    expect(await lookAt(look, 20)).toMatchObject({ isKnown: false, reason });
  });

  test('cancels what hangs', async () => {
    const cancelled = new Promise((resolve) => {
      void lookAt(
        (signal) =>
          new Promise(() => {
            signal.addEventListener('abort', () => resolve('cancelled'));
          }),
        5,
      );
    });
    expect(await cancelled).toBe('cancelled');
  });
});

describe('the note of a backup', () => {
  test('is none until one was made, and says whether it is still there', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-note-'));
    expect(readBackupNote(folder)).toBeNull();
    noteBackup(folder, folder, 1000);
    expect(readBackupNote(folder)).toEqual({ atMs: 1000, folder, isThere: false });
    writeFileSync(path.join(folder, 'backup.json'), '{}');
    expect(readBackupNote(folder)?.isThere).toBe(true);
    writeFileSync(path.join(folder, 'last-backup.json'), '[1');
    expect(readBackupNote(folder)).toBeNull();
    rmSync(folder, { recursive: true });
  });
});
