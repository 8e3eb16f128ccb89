/** Operations through the whole server: told over OTLP, listed by the API, and there again after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, type AnswerOf } from '@heartwood/api/client';
import { OPERATION_EVENTS, type OperationEventKind } from '@heartwood/semconv';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseExposition } from '../../api/src/testing/exposition.ts';
import { compose, type Server } from './compose.ts';
import { parseConfig } from './config.ts';

type Operation = AnswerOf<'/api/v1/operations'>['data'][number];

let dataDir: string;
let server: Server;

async function start(): Promise<void> {
  const config = parseConfig({
    HEARTWOOD_DATA_DIR: dataDir,
    HEARTWOOD_OTLP_HTTP_PORT: '0',
    HEARTWOOD_OTLP_GRPC_PORT: '0',
    HEARTWOOD_API_PORT: '0',
  });
  server = await compose(config, () => undefined);
}

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-live-'));
  await start();
});
afterEach(async () => {
  await server.stop(10_000);
  rmSync(dataDir, { recursive: true, force: true });
});

type Facts = Readonly<Record<string, string | number>>;

const attributesOf = (facts: Facts): object[] =>
  Object.entries(facts).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
  }));

async function tell(kind: OperationEventKind, id: string, facts: Facts = {}): Promise<void> {
  const attributes = attributesOf({
    'feature.operation.id': id,
    'feature.name': 'import',
    'feature.operation.heartbeat_interval': 10,
    ...facts,
  });
  const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n);
  const logRecords = [{ timeUnixNano, eventName: OPERATION_EVENTS[kind], attributes }];
  const resource = { attributes: attributesOf({ 'service.name': 'importer' }) };
  const { status } = await fetch(`${server.otlpUrl}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
  });
  expect(status).toBe(200);
}

const client = () => createClient({ baseUrl: server.appUrl });
const list = async (query: object = {}): Promise<Operation[]> =>
  (await client().get('/api/v1/operations', { query })).data;

const STEADY = [
  'id',
  'feature',
  'service',
  'state',
  'status',
  'current',
  'total',
  'startedAt',
  'endedAt',
  'notes',
] as const;

/** What does not depend on the moment of the question, or on who judged. */
const steady = (operations: readonly Operation[]): object[] =>
  operations
    .map((one) => Object.fromEntries(STEADY.map((key) => [key, one[key]])) as Pick<Operation, 'id'>)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

test('operations are listed as soon as they are told of, one alone with its events, and those that are over too', async () => {
  await tell('start', 'a', { 'feature.operation.total': 20, 'feature.operation.unit': 'files' });
  await tell('progress', 'a', {
    'feature.operation.current': 3,
    'feature.operation.total': 20,
    'feature.operation.message': 'third file',
  });
  await tell('start', 'b');
  await tell('end', 'b', { 'feature.status': 'failed', 'error.type': 'EACCES' });
  expect(await list({ state: 'running' })).toMatchObject([
    { id: 'a', current: 3, total: 20, unit: 'files', fraction: 0.15, message: 'third file' },
  ]);
  // It is over: it is told by memory until it is kept, and by the table then.
  expect(await list({ status: 'failed' })).toMatchObject([{ id: 'b', errorType: 'EACCES' }]);
  const { data, meta } = await client().get('/api/v1/operations', { query: { feature: 'import' } });
  expect(data.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(meta).toMatchObject({ unit: 'operations', live: { running: 1, paused: 0, lost: 0 } });
  const get = (id: string) => client().get('/api/v1/operations/{id}', { params: { id } });
  expect((await get('a')).data).toMatchObject({ state: 'running', health: 'healthy' });
  await expect(list({ service: 'never' })).rejects.toMatchObject({ code: 'SERVICE_UNKNOWN' });
  await expect(list({ service: 'never', state: 'paused' })).rejects.toMatchObject({ status: 404 });
  expect(await list({ service: 'importer', state: 'paused' })).toEqual([]);
  await expect(get('never')).rejects.toMatchObject({ code: 'OPERATION_UNKNOWN', status: 404 });
  await vi.waitFor(async () => {
    const events = await client().get('/api/v1/operations/{id}/events', { params: { id: 'a' } });
    expect(events.data.map(({ kind }) => kind)).toEqual(['start', 'progress']);
  }, 10_000);
  const first = await client().get('/api/v1/operations/{id}/events', {
    params: { id: 'a' },
    query: { limit: 1 },
  });
  expect(first.meta.truncated).toBe(true);
  const { nextCursor } = first.meta;
  const second = await client().get('/api/v1/operations/{id}/events', {
    params: { id: 'a' },
    query: { cursor: nextCursor ?? undefined },
  });
  expect(second.data.map(({ kind }) => kind)).toEqual(['progress']);
  const exposed = await (await fetch(`${server.appUrl}/metrics`)).text();
  const live = parseExposition(exposed).find(({ name }) => name === 'heartwood_operations_live');
  expect(live?.samples).toContainEqual(
    expect.objectContaining({ labels: { heartwood_health: 'healthy' }, value: 1 }),
  );
});

test('the list tells the parts of an operation that is over as it is told alone', async () => {
  await tell('start', 'whole');
  for (const id of ['part-1', 'part-2', 'part-3'])
    await tell('start', id, { 'feature.operation.parent.id': 'whole' });
  await tell('end', 'part-1', { 'feature.operation.parent.id': 'whole' });
  await tell('end', 'part-2', {
    'feature.operation.parent.id': 'whole',
    'feature.status': 'failed',
  });
  await tell('end', 'whole', { 'feature.status': 'partial' });
  // Behind the first page are those alone that are kept.
  const kept = { cursor: '9'.repeat(18), status: 'partial' };
  await vi.waitFor(async () => {
    expect(await list(kept)).toMatchObject([
      { id: 'whole', children: { running: 1, ended: 2, failed: 1 } },
    ]);
  }, 10_000);
});

test('TRAP S2-b a restart leaves the list as it was, and pages go through all that is over', async () => {
  for (let index = 0; index < 5; index++) {
    await tell('start', `over-${String(index)}`);
    await tell('end', `over-${String(index)}`, { 'feature.status': 'success' });
    await tell('start', `live-${String(index)}`);
    await tell('progress', `live-${String(index)}`, { 'feature.operation.current': index });
  }
  await tell('paused', 'live-0', { 'feature.reason': 'lunch' });
  const before = await list();
  expect(before).toHaveLength(10);
  await server.stop(10_000);
  await start();
  expect(await fetch(`${server.appUrl}/readyz`)).toMatchObject({ status: 200 });
  expect(steady(await list())).toEqual(steady(before));
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client().get('/api/v1/operations', { query: { limit: 3, cursor } });
    pages.push(...page.data.map(({ id }) => id));
    cursor = page.meta.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(pages.filter((id) => id.startsWith('over'))).toEqual(
    [4, 3, 2, 1, 0].map((index) => `over-${String(index)}`),
  );
});
