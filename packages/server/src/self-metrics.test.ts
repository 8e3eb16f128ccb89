/** What the server tells of itself, asked over HTTP like anybody would. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createClient } from '@heartwood/api/client';
import { DEFAULT_LIMITS } from '@heartwood/receiver';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ExposedFamily, parseExposition } from '../../api/src/testing/exposition.ts';
import { compose, type Server } from './compose.ts';
import { parseConfig } from './config.ts';

let dataDir: string;
let server: Server;

async function start(environment: Record<string, string> = {}): Promise<void> {
  const config = parseConfig({
    HEARTWOOD_DATA_DIR: dataDir,
    HEARTWOOD_OTLP_HTTP_PORT: '0',
    HEARTWOOD_OTLP_GRPC_PORT: '0',
    HEARTWOOD_API_PORT: '0',
    ...environment,
  });
  server = await compose(config, () => undefined);
}

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-self-'));
});
afterEach(async () => {
  await server.stop(10_000);
  rmSync(dataDir, { recursive: true, force: true });
});

const span = (spanId = randomBytes(8).toString('hex')): object => ({
  traceId: randomBytes(16).toString('hex'),
  spanId,
  name: 'work',
  startTimeUnixNano: '1793491200000000000',
  endTimeUnixNano: '1793491200100000000',
});

const bodyOf = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

async function send(body: string): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${server.otlpUrl}/v1/traces`, { method: 'POST', headers, body })).status;
}

async function query(file: string, sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    return await (await connection.run(sql)).getRowObjects();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function scrape(): Promise<ExposedFamily[]> {
  const answer = await fetch(`${server.appUrl}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain;.*version=0\.0\.4/u);
  return parseExposition(await answer.text());
}

function valueOf(
  families: readonly ExposedFamily[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return families
    .flatMap(({ samples }) => samples)
    .filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);
}

/** A landing waits a second for more, and a busy machine takes its time. */
const EVENTUALLY = { timeout: 15_000 };

const RECEIVED = 'heartwood_receiver_records_received_total';
const SETTLED = 'heartwood_receiver_records_settled_total';
const WAITING = 'heartwood_receiver_records_waiting';

test('what was received, and what became of it, is the same for Prometheus and for the API', async () => {
  await start();
  const body = bodyOf(span(), span());
  expect(await send(body)).toBe(200);
  expect(await send(body)).toBe(200);
  expect(await send(bodyOf(span()).replace('"name":"work"', '"name":5'))).toBe(400);
  // Breaks off behind two whole spans, which had been counted by then.
  expect(await send(bodyOf(span(), span()).slice(0, -6))).toBe(400);
  const client = createClient({ baseUrl: server.appUrl });
  await vi.waitFor(async () => {
    const { receiver } = (await client.get('/api/v1/system')).data;
    expect(receiver).toMatchObject({ stored: 2, waiting: 0, duplicate: 2 });
  }, EVENTUALLY);
  const { receiver } = (await client.get('/api/v1/system')).data;
  const families = await scrape();
  const { signals, requests } = receiver;
  expect(signals.map(({ signal }) => signal)).toContain('traces');
  for (const { signal, received, ...rest } of signals) {
    const { stored, rejected, refused, duplicate, deadLettered, waiting } = rest;
    expect(stored + rejected + refused + duplicate + deadLettered + waiting).toBe(received);
    const own = { heartwood_signal: signal };
    expect(valueOf(families, RECEIVED, own)).toBe(received);
    expect(valueOf(families, SETTLED, own) + valueOf(families, WAITING, own)).toBe(received);
  }
  expect(requests).toEqual({ accepted: 1, duplicate: 1, refused: { OTLP_MALFORMED: 2 } });
  expect(
    valueOf(families, 'heartwood_receiver_requests_total', { error_type: 'OTLP_MALFORMED' }),
  ).toBe(2);
  expect(receiver.refused).toBe(2);
  expect(
    valueOf(families, SETTLED, { heartwood_outcome: 'refused', error_type: 'OTLP_MALFORMED' }),
  ).toBe(2);
});

test('times, sizes and the process are told with plausible numbers', async () => {
  await start();
  for (let sent = 0; sent < 5; sent++) expect(await send(bodyOf(span()))).toBe(200);
  await vi.waitFor(
    async () =>
      expect(valueOf(await scrape(), 'heartwood_receiver_freshness_duration_seconds_count')).toBe(
        5,
      ),
    EVENTUALLY,
  );
  const families = await scrape();
  const read = (name: string): number => valueOf(families, name);
  expect(read('heartwood_receiver_acknowledgement_duration_seconds_count')).toBe(5);
  expect(read('heartwood_receiver_acknowledgement_duration_seconds_sum')).toBeGreaterThan(0);
  expect(read('heartwood_receiver_landing_records_sum')).toBe(5);
  expect(read('heartwood_receiver_landing_duration_seconds_count')).toBe(
    read('heartwood_receiver_landing_records_count'),
  );
  expect(read('heartwood_journal_sync_duration_seconds_count')).toBeGreaterThan(0);
  expect(read('heartwood_store_size_bytes')).toBeGreaterThan(4096);
  expect(read('heartwood_disk_free_bytes')).toBeGreaterThan(0);
  expect(read('process_memory_usage_bytes')).toBeGreaterThan(10_000_000);
  expect(read('process_cpu_time_seconds_total')).toBeGreaterThan(0);
  expect(read('heartwood_receiver_in_flight_size_bytes')).toBe(0);
  expect(read('heartwood_receiver_connections')).toBeGreaterThan(0);
});

test('the server keeps its own metrics, and they are not among what they tell of', async () => {
  await start({ HEARTWOOD_SELF_METRICS_INTERVAL: '1s' });
  const file = path.join(dataDir, 'heartwood.duckdb');
  expect(await send(bodyOf(span()))).toBe(200);
  // Three tellings are in the journal, and the first two have landed: an echo would have counted itself by then.
  await vi.waitFor(
    async () =>
      expect(
        valueOf(await scrape(), 'heartwood_journal_sync_duration_seconds_count'),
      ).toBeGreaterThanOrEqual(4),
    EVENTUALLY,
  );
  const { receiver } = (await createClient({ baseUrl: server.appUrl }).get('/api/v1/system')).data;
  expect(receiver).toMatchObject({ received: 1, stored: 1, landings: 1 });
  expect(receiver.requests).toEqual({ accepted: 1, duplicate: 0, refused: {} });
  expect(receiver.signals.map(({ signal }) => signal)).not.toContain('signal 64');
  await server.stop(10_000);
  const rows = await query(
    file,
    `select count(distinct p.time) as times, count(distinct v.text) as names
     from metric_points p join metrics m on m.id = p.metric_id join vocabulary v on v.id = m.name_id
     where v.text like 'heartwood.%'`,
  );
  expect(Number(rows[0]?.['times'])).toBeGreaterThanOrEqual(3);
  expect(Number(rows[0]?.['names'])).toBeGreaterThan(15);
  const [started] = await query(
    file,
    'select epoch_ms(min(start_time)) as least, epoch_ms(max(start_time)) as most from metric_points',
  );
  const processMs = Math.floor(performance.timeOrigin);
  expect([started?.['least'], started?.['most']].map(Number)).toEqual([processMs, processMs]);
  const [requests] = await query(file, 'select count(*) as own from requests where signal = 64');
  expect(Number(requests?.['own'])).toBeGreaterThanOrEqual(3);
});

test('definitions in force are counted, and errors of their files', async () => {
  const folder = path.join(dataDir, 'definitions');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'a.yaml'), 'goals: [{id: a}, {id: b}]\nadoption: {c: {}}');
  await start({ HEARTWOOD_DEFINITIONS: folder });
  const read = async () => {
    const families = await scrape();
    return ['heartwood_definitions_count', 'heartwood_definitions_errors'].map((name) =>
      valueOf(families, name),
    );
  };
  expect(await read()).toEqual([3, 0]);
  writeFileSync(path.join(folder, 'b.yaml'), 'goals: [{id: a}]\nkpi: []');
  await vi.waitFor(async () => expect(await read()).toEqual([3, 2]), EVENTUALLY);
});

test('dead letters are told with their room', async () => {
  const folder = path.join(dataDir, 'journal', 'dead-letters');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, '7.json'), 'x'.repeat(1234));
  await start();
  const { receiver } = (await createClient({ baseUrl: server.appUrl }).get('/api/v1/system')).data;
  expect(receiver.deadLetters).toEqual({ files: 1, bytes: 1234, limitBytes: 2 ** 30, deleted: 0 });
  const families = await scrape();
  expect(valueOf(families, 'heartwood_receiver_dead_letters_size_bytes')).toBe(1234);
  expect(families.map(({ name }) => name)).toContain(
    'heartwood_receiver_dead_letters_deleted_total',
  );
});

test('the archive is told in bytes', async () => {
  await start();
  const size = async (file: string): Promise<number> =>
    valueOf(await scrape(), 'heartwood_store_size_bytes', { heartwood_file: file });
  expect(await size('archive')).toBe(0);
  for (const table of ['spans', 'logs']) {
    const folder = path.join(dataDir, 'heartwood.duckdb.archive', table);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, '2026-11-01.parquet'), 'x'.repeat(1000));
  }
  expect(await size('archive')).toBe(2000);
});

test('connections are told to the API as to Prometheus, those beyond the limit too', async () => {
  await start();
  const port = Number(new URL(server.otlpUrl).port);
  const sockets: Socket[] = [];
  try {
    for (let opened = 0; opened < DEFAULT_LIMITS.connections + 3; opened++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      sockets.push(socket);
      await once(socket, 'connect');
    }
    await vi.waitFor(async () => {
      const client = createClient({ baseUrl: server.appUrl });
      const { connections } = (await client.get('/api/v1/system')).data.receiver;
      expect(connections).toEqual({
        open: DEFAULT_LIMITS.connections,
        refused: { TOO_MANY_CONNECTIONS: 3 },
      });
    }, EVENTUALLY);
    const refused = { error_type: 'TOO_MANY_CONNECTIONS' };
    expect(valueOf(await scrape(), 'heartwood_receiver_connections_refused_total', refused)).toBe(
      3,
    );
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

test('the read token guards the metrics', async () => {
  await start({ HEARTWOOD_READ_TOKEN: 'read-token-of-16-signs' });
  expect((await fetch(`${server.appUrl}/metrics`)).status).toBe(401);
  const headers = { authorization: 'Bearer read-token-of-16-signs' };
  expect((await fetch(`${server.appUrl}/metrics`, { headers })).status).toBe(200);
});

test('a server that refuses everything is alive but not ready, and says why', async () => {
  await start({ HEARTWOOD_MIN_FREE_DISK_MB: '9999999' });
  expect(await send(bodyOf(span()))).toBe(503);
  expect((await fetch(`${server.appUrl}/healthz`)).status).toBe(200);
  const answer = await fetch(`${server.appUrl}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    code: 'NOT_READY',
    detail: expect.stringMatching(/the disk of the journal has only \d+ bytes left/u) as string,
  });
  const families = await scrape();
  expect(
    valueOf(families, 'heartwood_receiver_requests_total', { error_type: 'RECEIVER_DISK_LOW' }),
  ).toBe(1);
});
