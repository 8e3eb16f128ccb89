/** What the tracking plan is broken by: landed with its rows, merged, taken back and dropped with them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch, type Position } from '../batch.ts';
import { DATABASE_FILE, openStore } from '../open.ts';
import type { Store } from '../store.ts';
import { writeRow } from '../testing/write-row.ts';
import { Rollups } from './rollups.ts';

const HOUR_NS = 3_600_000_000_000n;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const NOW_HOUR = Math.floor(NOW_MS / 3_600_000);

let dataDir: string;
let store: Store;
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-violations-'));
  store = await openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Violation {
  readonly record: bigint;
  readonly hour?: number;
  readonly type?: number;
  readonly path?: string;
  readonly seq?: bigint;
}

async function land(violations: readonly Violation[], position: Position): Promise<void> {
  const batch = new Batch(8);
  if (position.record === 2n) writeRow(batch.vocabulary, { id: 1n, hash: 1n, text: 'upload' });
  for (const { record, hour = NOW_HOUR, type = 1, path: place = 'size', seq = 0n } of violations) {
    const time = BigInt(hour) * HOUR_NS + record;
    writeRow(batch.planViolations, {
      event_name_id: 1n,
      type,
      path: place,
      schema_version: '1-0-0',
      hour,
      records: 3,
      blocked: seq === 0n ? 3 : 0,
      first_time: time,
      last_time: time,
      sample_seq: seq,
      record,
    });
  }
  await store.land(batch, position);
}

const read = async (filter: { event?: string; type?: number } = {}): Promise<readonly object[]> =>
  store.read('plan/violations', {
    from: BigInt(NOW_MS - 400 * DAY_MS) * 1_000_000n,
    to: BigInt(NOW_MS + DAY_MS) * 1_000_000n,
    limit: 100,
    ...filter,
  });

/** Merges all that may be; resolves with the rows of the hour before now, before and after. */
async function merge(): Promise<(bigint | undefined)[]> {
  await store.close();
  const instance = await DuckDBInstance.create(path.join(dataDir, DATABASE_FILE));
  const connection = await instance.connect();
  const count = async (): Promise<bigint | undefined> => {
    const reader = await connection.runAndReadAll(
      `SELECT count(*) FROM plan_violation_hour WHERE hour = ${NOW_HOUR - 1}`,
    );
    return reader.getRows()[0]?.[0] as bigint | undefined;
  };
  const before = await count();
  const rollups = new Rollups(connection);
  while (await rollups.compact());
  const after = await count();
  connection.disconnectSync();
  instance.closeSync();
  store = await openStore({ dataDir, threads: 1, memoryLimitMiB: 640 });
  return [before, after];
}

test('counts of equal violations add up over requests and hours', async () => {
  await land([{ record: 1n, seq: 7n }], { record: 2n, rows: 0 });
  await land([{ record: 2n }, { record: 2n, type: 3, path: 'note' }], { record: 3n, rows: 0 });
  const time = (record: bigint): string => String(BigInt(NOW_HOUR) * HOUR_NS + record);
  const size = {
    event: 'upload',
    type: 1,
    path: 'size',
    schemaVersion: '1-0-0',
    records: 6,
    blocked: 3,
    firstSeen: time(1n),
    lastSeen: time(2n),
    sampleSeq: '7',
  };
  expect(await read()).toEqual([
    size,
    expect.objectContaining({ type: 3, path: 'note', records: 3, blocked: 3, sampleSeq: null }),
  ]);
  expect(await read({ type: 1 })).toEqual([size]);
  expect(await read({ event: 'upload', type: 2 })).toEqual([]);
  expect(await read({ event: "'; --" })).toEqual([]);
});

test('merging rows changes no count, and a request that has landed in part is still taken back alone', async () => {
  for (let record = 1n; record <= 20n; record++)
    await land([{ record, hour: NOW_HOUR - 1 }], { record: record + 1n, rows: 0 });
  const part = { decoder: 1, firstSeq: 1n };
  await land([{ record: 21n }, { record: 21n, path: 'note' }], { record: 21n, rows: 5, part });
  const before = await read();
  expect(await merge()).toEqual([20n, 1n]);
  expect(await read()).toEqual(before);
  await store.rebuildRollups();
  expect(await read()).toEqual(before);
  await store.takeBackPart();
  expect(await read()).toEqual([expect.objectContaining({ path: 'size', records: 60 })]);
});

test('violations go with the raw data of their days', async () => {
  await land([{ record: 1n, hour: NOW_HOUR - 24 * 40 }], { record: 2n, rows: 0 });
  await land([{ record: 2n, hour: NOW_HOUR - 24 * 5 }], { record: 3n, rows: 0 });
  await store.keepUp({ nowMs: NOW_MS, keepDays: 30, hotDays: 7, maxBytes: 0, otherBytes: 0 });
  expect(await read()).toEqual([expect.objectContaining({ records: 3 })]);
});

test('health adds up all kinds, however many', async () => {
  const kinds = Array.from({ length: 1200 }, (_, index) => `p${String(index)}`);
  await land(
    kinds.map((place) => ({ record: 1n, path: place })),
    { record: 2n, rows: 0 },
  );
  await land([{ record: 2n, hour: NOW_HOUR - 30 }], { record: 3n, rows: 0 });
  const from = BigInt(NOW_MS - DAY_MS) * 1_000_000n;
  const to = from + 25n * HOUR_NS;
  expect(await store.read('health/plan', { from, to, limit: 5 })).toEqual([
    { records: 3600, blocked: 3600, events: ['upload'] },
  ]);
});
