/** Operations as they are kept: written, read back, replaced, forgotten, and read again from records after a crash. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OPERATION_EVENTS } from '@heartwood/semconv';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch } from '../../batch.ts';
import { DATABASE_FILE, openStore } from '../../open.ts';
import { verifyDatabase } from '../backup/verify.ts';
import type { OperationsJob, StoredOperation } from '../../stored-operation.ts';
import type { Store } from '../../store.ts';
import { writeRow } from '../../testing/write-row.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_NS = BigInt(NOW_MS) * 1_000_000n;
const DAY_NS = 86_400_000_000_000n;

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-operations-'));
  store = await openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** An operation of which nothing is known that may be unknown. */
const BARE: StoredOperation = {
  id: 'bare',
  feature: '',
  service: '',
  component: null,
  category: null,
  instance: null,
  host: null,
  pid: null,
  parentId: null,
  session: null,
  user: null,
  traceId: null,
  description: null,
  startTime: NOW_NS,
  endTime: null,
  activeNs: 0n,
  pausedNs: 0n,
  outcome: null,
  errorType: null,
  reason: null,
  message: null,
  current: null,
  total: null,
  unit: null,
  notes: 0,
  worstHealth: 'healthy',
  lastSeq: 1n,
  state: '{}',
};
const FULL: StoredOperation = {
  id: 'Größe "1"\n✓ '.repeat(20),
  feature: 'import',
  service: 'importer',
  component: 'files',
  category: 'sync',
  instance: 'i-1',
  host: 'a.example',
  pid: 4711,
  parentId: 'parent',
  session: 's-1',
  user: 'u-1',
  traceId: 'ab'.repeat(16),
  description: 'reads files',
  startTime: NOW_NS - 60_000_000_001n,
  endTime: NOW_NS - 1n,
  activeNs: 50_000_000_001n,
  pausedNs: 10_000_000_000n,
  outcome: 'failed',
  errorType: 'EACCES',
  reason: "it's 'late'",
  message: '🚀'.repeat(512),
  current: 3,
  total: 0.5,
  unit: 'files',
  notes: 255,
  worstHealth: 'stalled',
  lastSeq: 2n ** 53n + 1n,
  state: JSON.stringify({ text: 'x'.repeat(20_000), emoji: '🚀' }),
};

const closed = (id: string, more: Partial<StoredOperation> = {}): StoredOperation => ({
  ...BARE,
  id,
  endTime: NOW_NS,
  outcome: 'success',
  ...more,
});
const apply = (job: Partial<Omit<OperationsJob, 'job'>>): Promise<void> =>
  store.apply({
    job: 'operations',
    live: [],
    underWay: undefined,
    closed: [],
    reopened: [],
    seq: 0n,
    ...job,
  });
const live = (): Promise<readonly object[]> => store.read('operation/live', {});
const all = async (): Promise<readonly string[]> =>
  (await store.read('operation/list', { from: 0n, to: NOW_NS * 2n, limit: 100 })).map(
    ({ id }) => id,
  );
const seq = async (): Promise<string | undefined> =>
  (await store.read('operation/state', {})).at(0)?.seq;
const asRow = (operation: StoredOperation): object =>
  Object.fromEntries(
    Object.entries(operation).map(([key, value]) => [
      key,
      typeof value === 'bigint' ? String(value) : value,
    ]),
  );
const asLive = ({ id, state }: StoredOperation): object => ({ id, state });
async function reopen(): Promise<void> {
  await store.close();
  store = await openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
}

test('operations are after a restart as they were kept, with every value and with none', async () => {
  await apply({ live: [BARE, FULL], closed: [FULL], seq: 7n });
  await reopen();
  expect(await live()).toEqual([asLive(BARE), asLive(FULL)]);
  expect(await store.read('operation/closed', { ids: [FULL.id, 'other'] })).toEqual([asRow(FULL)]);
  expect(await store.read('operation/list', { from: 0n, to: NOW_NS, limit: 9 })).toEqual([
    asRow(FULL),
  ]);
  expect(await seq()).toBe('7');
});

test('live ones are replaced one by one until it is said which are left, closed ones too, and what goes on is taken back', async () => {
  await apply({ live: [BARE], closed: [closed('a'), closed('b'), closed('c')], seq: 5n });
  await apply({
    closed: [closed('a', { message: 'first' }), closed('a', { message: 'last', lastSeq: 9n })],
    reopened: ['b', 'never'],
    seq: 4n,
  });
  expect(await live()).toEqual([asLive(BARE)]);
  expect(await all()).toEqual(['a', 'c']);
  expect(await store.read('operation/closed', { ids: ['a'] })).toMatchObject([{ message: 'last' }]);
  // What has been read need not be read again.
  expect(await seq()).toBe('5');
  const changed = { ...BARE, state: '{"changed":true}' };
  await apply({ live: [FULL, changed], seq: 5n });
  expect(await live()).toEqual([asLive(FULL), asLive(changed)]);
  await apply({ live: [BARE], underWay: [BARE.id], seq: 5n });
  expect(await live()).toEqual([asLive(BARE)]);
  await apply({ underWay: [], seq: 6n });
  expect(await live()).toEqual([]);
});

test('a job that cannot be kept as a whole leaves all as it was', async () => {
  await apply({ live: [BARE], closed: [closed('a')], seq: 5n });
  const broken = apply({ underWay: [], closed: [closed('b')], reopened: ['a'], seq: -1n });
  await expect(broken).rejects.toMatchObject({ code: 'STORE_UPKEEP_FAILED' });
  expect([await live(), await all(), await seq()]).toEqual([[asLive(BARE)], ['a'], '5']);
});

test('records that land later never have a number up to which operations were read', async () => {
  await apply({ seq: 41n });
  expect(await store.readResumeState()).toMatchObject({ nextSeq: 42n });
});

test('past operations tell how long one takes: the last 200 that succeeded, by plain arithmetic', async () => {
  const durations = Array.from({ length: 230 }, (_, at) => ((at * 7919) % 1000) + 1);
  const sorted = durations.slice(-200).toSorted((a, b) => a - b);
  const rankAt = (share: number): number => {
    const rank = share * (sorted.length - 1);
    const [low = 0, high = low] = sorted.slice(Math.floor(rank), Math.floor(rank) + 2);
    return low + (high - low) * (rank - Math.floor(rank));
  };
  const of = (at: number, ms: number, more: Partial<StoredOperation> = {}): StoredOperation =>
    closed(`${JSON.stringify(more.outcome)}${at}`, {
      feature: 'import',
      endTime: NOW_NS + BigInt(at),
      activeNs: BigInt(ms) * 1_000_000n,
      ...more,
    });
  await apply({
    closed: [
      ...durations.map((ms, at) => of(at, ms)),
      of(999, 50_000, { outcome: 'failed' }),
      of(998, 50_000, { outcome: 'lost' }),
      of(997, 50_000, { feature: 'other', outcome: 'success' }),
      of(996, 50_000, { outcome: 'success', startTime: NOW_NS - 90n * DAY_NS - 1n }),
    ],
  });
  const since = NOW_NS - 90n * DAY_NS;
  const [row] = await store.read('operation/expected', { feature: 'import', since });
  expect(row).toEqual({
    n: 200,
    p50Ms: expect.closeTo(rankAt(0.5), 6) as number,
    p95Ms: expect.closeTo(rankAt(0.95), 6) as number,
    longestMs: sorted.at(-1),
  });
  expect(await store.read('operation/expected', { feature: 'none', since })).toEqual([
    { n: 0, p50Ms: null, p95Ms: null, longestMs: null },
  ]);
});

test('lists are narrowed by each filter and go on below a cursor', async () => {
  await apply({
    closed: [1, 2, 3, 4, 5].map((at) =>
      closed(`o${at}`, { lastSeq: BigInt(at), startTime: NOW_NS + BigInt(at) }),
    ),
  });
  await apply({ closed: [{ ...FULL, id: 'full', lastSeq: 6n }] });
  const list = async (more: object, limit = 100): Promise<readonly string[]> =>
    (await store.read('operation/list', { from: 0n, to: NOW_NS * 2n, limit, ...more })).map(
      ({ id }) => id,
    );
  expect(await list({}, 2)).toEqual(['full', 'o5']);
  expect(await list({ before: 5n }, 2)).toEqual(['o4', 'o3']);
  expect(await list({ from: NOW_NS + 4n, to: NOW_NS + 5n })).toEqual(['o4']);
  const filters = [
    { feature: 'import' },
    { service: 'importer' },
    { component: 'files' },
    { outcome: 'failed' },
    { parent: 'parent' },
  ];
  for (const filter of filters) expect(await list(filter)).toEqual(['full']);
  expect(await list({ feature: "'; --" })).toEqual([]);
});

test('operations are forgotten after four times the age of raw data', async () => {
  const old = closed('old', { endTime: NOW_NS - 121n * DAY_NS });
  await apply({ closed: [old, closed('kept', { endTime: NOW_NS - 119n * DAY_NS })], live: [old] });
  const options = { nowMs: NOW_MS, hotDays: 7, maxBytes: 0, otherBytes: 0 };
  await store.keepUp({ ...options, keepDays: 0 });
  expect(await all()).toEqual(['old', 'kept']);
  const { droppedByAge } = await store.keepUp({ ...options, keepDays: 30 });
  expect([droppedByAge, await all(), (await live()).length]).toEqual([1, ['kept'], 1]);
});

/** Lands a record for each event, named by its operation, numbered from `first`. */
async function landEvents(first: number, id: string, time = NOW_NS): Promise<void> {
  const batch = new Batch(64);
  const names = [...Object.values(OPERATION_EVENTS), 'feature.operation.other'];
  if (first === 1) {
    for (const [at, text] of [...names, 'import', 'importer'].entries())
      writeRow(batch.vocabulary, { id: BigInt(at + 1), hash: BigInt(at + 1), text });
    writeRow(batch.identities, { id: 1n, hash: 1n, text: 'session' });
    const attributes = {
      'service.instance.id': 'i-1',
      'host.name': 'a.example',
      'process.pid': 4711,
    };
    writeRow(batch.resources, {
      id: 1,
      hash: 1n,
      service_id: BigInt(names.length + 2),
      content: JSON.stringify({ attributes }),
    });
  }
  for (const [at] of names.entries())
    writeRow(batch.logs, {
      seq: BigInt(first + at),
      time: time + BigInt(at),
      received_time: time + 1000n,
      trace_id: 'ab'.repeat(16),
      resource_id: 1,
      event_name_id: BigInt(at + 1),
      feature_id: BigInt(names.length + 1),
      session_id: 1n,
      attributes: JSON.stringify({ 'feature.operation.id': id, 'feature.operation.current': at }),
    });
  await store.land(batch, { record: BigInt(first), rows: 0 });
}

test('the records of the six events are read again behind a number, with their process', async () => {
  await landEvents(1, 'one');
  await landEvents(8, 'two');
  const rows = await store.read('operation/since', { seq: 2n, limit: 100 });
  expect(rows.map((row) => row.seq)).toEqual([3, 4, 5, 6, 8, 9, 10, 11, 12, 13].map(String));
  expect(new Set(rows.map(({ event }) => event))).toEqual(new Set(Object.values(OPERATION_EVENTS)));
  expect(rows.at(0)).toEqual({
    seq: '3',
    time: String(NOW_NS + 2n),
    receivedTime: String(NOW_NS + 1000n),
    event: OPERATION_EVENTS.heartbeat,
    feature: 'import',
    service: 'importer',
    instance: 'i-1',
    host: 'a.example',
    pid: 4711,
    component: null,
    session: 'session',
    user: null,
    traceId: 'ab'.repeat(16),
    errorType: null,
    attributes: JSON.stringify({
      'feature.operation.id': 'one',
      'feature.operation.current': 2,
    }),
  });
  expect(await store.read('operation/since', { seq: 4n, limit: 2 })).toHaveLength(2);
});

test('S3-114: records that tell of operations are read from the archive as from the database', async () => {
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  await landEvents(1, 'old', nowNs - 20n * DAY_NS);
  await landEvents(8, 'new', nowNs);
  const read = (): Promise<readonly object[]> =>
    store.read('operation/since', { seq: 0n, limit: 100 });
  const before = await read();
  const { archivedRows } = await store.keepUp({
    nowMs: Date.now(),
    keepDays: 0,
    hotDays: 7,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1 },
  });
  expect(archivedRows).toBeGreaterThan(0);
  expect(await read()).toEqual(before);
});

test('records of one operation are found by its id, whatever it is', async () => {
  for (const [at, id] of ['plain-1', 'with "quotes" \\ and ✓', 'long'.repeat(80)].entries()) {
    const first = at * 20 + 1;
    await landEvents(first, id);
    await landEvents(first + 7, `${id.slice(0, 3)}!`);
    // As facts of an event have it: at most 256 letters, the last of them a hash.
    const known = id.length > 256 ? `${id.slice(0, 237)}~8w~0123456789abcdef` : id;
    const find = (
      from: bigint,
      to: bigint,
      after?: bigint,
    ): Promise<readonly { readonly seq: string }[]> =>
      store.read('operation/events', { id: known, from, after, to, limit: 100 });
    const found = await find(NOW_NS, NOW_NS + 100n);
    expect(found.map((row) => Number(row.seq) - first)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await find(NOW_NS + 2n, NOW_NS + 4n)).toHaveLength(2);
    const [second, third] = await find(NOW_NS + 2n, NOW_NS + 4n);
    expect(await find(NOW_NS + 2n, NOW_NS + 4n, BigInt(second?.seq ?? 0))).toEqual([third]);
  }
});

test('a backup holds them, and a check of it counts their rows', async () => {
  await apply({ live: [BARE], closed: [closed('a'), closed('b')], seq: 5n });
  const to = path.join(dataDir, 'backup');
  const { rows } = await store.backUp(to);
  expect(rows).toMatchObject({ operations: 2, live_operations: 1, operation_state: 1 });
  const { checks } = await verifyDatabase(path.join(to, DATABASE_FILE));
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
});
