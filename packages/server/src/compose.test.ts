import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCertificate } from '../../receiver/src/testing/certificate.ts';
import { compose, type Server } from './compose.ts';
import { parseConfig, SETTINGS } from './config.ts';

let dataDir: string;
const sockets: Socket[] = [];
const servers: Server[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-compose-'));
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) await server.stop(10_000);
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}): Promise<Server> {
  const config = parseConfig({ HEARTWOOD_DATA_DIR: dataDir, ...FREE_PORTS, ...environment });
  const server = await compose(config, () => undefined);
  servers.push(server);
  return server;
}

/** Whatever listens takes any free port. */
const FREE_PORTS = Object.fromEntries(
  Object.values(SETTINGS)
    .filter(({ variable }) => variable.endsWith('_PORT'))
    .map(({ variable }) => [variable, '0']),
);

describe('stopping', () => {
  test.each([
    ['has asked nothing yet', ''],
    ['never ends the head of its request', 'GET /api/stats HTTP/1.1\r\nHo'],
  ])('is not held up by a reader that %s', async (_name, bytes) => {
    const server = await start();
    const socket = connect(Number(new URL(server.appUrl).port), '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
    await once(socket, 'connect');
    socket.write(bytes);
    // An answer on another connection says that the server has seen the first.
    await (await fetch(`${server.appUrl}/healthz`)).arrayBuffer();
    expect(await server.stop(10_000)).toEqual({ failures: [], late: [] });
  });
});

describe('one data folder', () => {
  test('belongs to one server, whatever its database is called', async () => {
    await start();
    const other = path.join(dataDir, 'other.duckdb');
    await expect(start({ FEATURE_TRACKING_DB_PATH: other })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
    });
    expect(existsSync(other)).toBe(false);
  });

  test('keeps a journal for each database, so that none takes in what was sent to another', async () => {
    const first = await start();
    await send(first);
    await first.stop(10_000);
    const other = path.join(dataDir, 'other.duckdb');
    const second = await start({ FEATURE_TRACKING_DB_PATH: other });
    expect(await spansOf(second)).toBe(0);
    await send(second);
    await second.stop(10_000);
    const third = await start();
    expect(await spansOf(third)).toBe(1);
    expect(readdirSync(dataDir)).toContain('other.duckdb.journal');
  });
});

describe('definitions', () => {
  test('that are wrong refuse the start before anything is made', async () => {
    const folder = path.join(dataDir, 'definitions');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'kpis.yaml'), 'kpis: {a: {calculation: b}}');
    const inside = path.join(dataDir, 'data');
    const environment = { HEARTWOOD_DEFINITIONS: folder, HEARTWOOD_DATA_DIR: inside };
    await expect(start(environment)).rejects.toMatchObject({ code: 'SERVER_DEFINITIONS' });
    expect(existsSync(inside)).toBe(false);
  });
});

test('numbers are cut in the zone of the server unless a question names another', async () => {
  const { appUrl } = await start({ HEARTWOOD_TIME_ZONE: 'Asia/Kathmandu' });
  const zoneOf = async (query: string): Promise<unknown> => {
    const answer = await fetch(`${appUrl}/api/v1/features${query}`);
    return ((await answer.json()) as { meta: { timeZone: string } }).meta.timeZone;
  };
  expect(await zoneOf('')).toBe('Asia/Kathmandu');
  expect(await zoneOf('?timeZone=Europe/Berlin')).toBe('Europe/Berlin');
});

test('weeks begin on the day that the server sets, and meta says which where it is not Monday', async () => {
  const { appUrl } = await start({ HEARTWOOD_WEEK_START: 'sunday' });
  const query = 'from=2026-03-04&to=2026-03-05&interval=1w&timeZone=UTC';
  const answer = await fetch(`${appUrl}/api/v1/usage?${query}`);
  expect(await answer.json()).toMatchObject({
    data: [{ points: [{ start: '2026-03-01T00:00:00.000Z' }] }],
    meta: { weekStart: 'sunday' },
  });
});

describe('with a certificate', () => {
  test('all three ports speak TLS, and only senders must show one', async () => {
    const authority = createCertificate({ name: 'authority', isAuthority: true });
    const own = createCertificate({ name: 'own', issuer: authority });
    const sender = createCertificate({ name: 'sender', issuer: authority });
    const file = (name: string, text: string): string => {
      const place = path.join(dataDir, name);
      writeFileSync(place, text);
      return place;
    };
    const server = await start({
      HEARTWOOD_TLS_CERT: file('cert.pem', own.cert),
      HEARTWOOD_TLS_KEY: file('key.pem', own.key),
      HEARTWOOD_TLS_CLIENT_CA: file('ca.pem', authority.cert),
    });
    const shown = { cert: sender.cert, key: sender.key };
    const ask = (url: string, options: RequestOptions): Promise<number | undefined> =>
      new Promise((resolve) => {
        get(url, { ca: authority.cert, agent: false, ...options }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).on('error', () => resolve(undefined));
      });
    expect(server.appUrl).toMatch(/^https:/);
    expect(await ask(`${server.appUrl}/healthz`, {})).toBe(200);
    expect(await ask(`${server.otlpUrl}/v1/traces`, shown)).toBe(405);
    expect(await ask(`${server.otlpUrl}/v1/traces`, {})).toBe(undefined);
  });
});

async function send({ otlpUrl }: Server): Promise<void> {
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    name: 'work',
    startTimeUnixNano: String(Date.now() * 1e6),
    endTimeUnixNano: String(Date.now() * 1e6),
  };
  const answer = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  });
  expect(answer.status).toBe(200);
}

async function spansOf({ appUrl }: Server): Promise<number> {
  const answer = await fetch(`${appUrl}/api/v1/system`);
  const { data } = (await answer.json()) as { data: { store: { spans: number } } };
  return data.store.spans;
}
