/** Entries, duplicates and batches of a store against the same over arrays. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainLog } from '../testing/plain-log.ts';
import {
  createLanded,
  createRandom,
  landWorld,
  openTestStore,
  pickFrom,
} from '../testing/world.ts';
import { parseWindow } from '../window.ts';
import { readBatches } from './batches.ts';
import { readDuplicates } from './duplicates.ts';
import { readEntries } from './entry.ts';
import { ratioInterval } from './ratio-interval.ts';

const START = Date.UTC(2026, 9, 24);
const DAY_MS = 86_400_000;
const WINDOW = parseWindow(
  { from: String(START), to: String(START + 3 * DAY_MS), timeZone: 'Europe/Berlin' },
  START + 9 * DAY_MS,
);

interface PlainEntry {
  readonly timeMs: number;
  readonly service: string;
  readonly type: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

let store: Store;
let seq = 0n;
const landed = createLanded();
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

const land = async (entries: readonly PlainEntry[]): Promise<void> => {
  const logs = entries.map(({ timeMs, service, type, facts }): PlainLog => ({
    seq: ++seq,
    timeNs: BigInt(timeMs) * 1_000_000n,
    event: type,
    traceId: null,
    service,
    feature: null,
    component: null,
    errorType: null,
    session: 's1',
    user: null,
    attributes: JSON.stringify({ 'session.kind': 'run', ...facts }),
  }));
  await landWorld(store, [], logs, landed);
};

test('S3-10 S3-44 an entry comes back as it was written, with its labels and how it came out', async () => {
  const at = START + DAY_MS;
  await land([
    {
      timeMs: at,
      service: 'shapes',
      type: 'sync_operation',
      facts: {
        log_type: 'sync_operation',
        'sync_results.success': true,
        'sync_results.leads_failed': 1,
        'training_labels.sync_efficiency': 'good',
        'a.b': 1,
        a: 2,
      },
    },
    {
      timeMs: at + 1,
      service: 'shapes',
      type: 'database_operation',
      facts: { log_type: 'database_operation', 'operation_details.success': false },
    },
    { timeMs: at + 2, service: 'shapes', type: 'monitoring_data', facts: { 'data.ok': true } },
    { timeMs: at + 2, service: 'shapes', type: 'order_placed', facts: {} },
  ]);
  const pages = [];
  let cursor: string | undefined;
  do {
    const page = await readEntries(store, WINDOW, { service: 'shapes' }, { limit: 2, cursor });
    pages.push(
      page.rows.map(({ type, status, labels, entry }) => ({ type, status, labels, entry })),
    );
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(pages).toEqual([
    [
      { type: 'monitoring_data', status: null, labels: {}, entry: { data: { ok: true } } },
      {
        type: 'database_operation',
        status: 'failed',
        labels: {},
        entry: { log_type: 'database_operation', operation_details: { success: false } },
      },
    ],
    [
      {
        type: 'sync_operation',
        status: 'partial',
        labels: { sync_efficiency: 'good' },
        entry: {
          log_type: 'sync_operation',
          sync_results: { success: true, leads_failed: 1 },
          training_labels: { sync_efficiency: 'good' },
          'a.b': 1,
          a: 2,
        },
      },
    ],
  ]);
  await expect(
    readEntries(store, WINDOW, { service: 'shpes' }, { limit: 1 }),
  ).rejects.toMatchObject({ code: 'SERVICE_UNKNOWN' });
});

test('S3-91 duplicates are counted in all, by operation, by day of the zone and by whom they were about', async () => {
  const random = createRandom(5);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const entries = Array.from({ length: 120 }, (): PlainEntry => ({
    timeMs: START - DAY_MS + Math.floor(random() * 5 * DAY_MS),
    service: pick(['crm', 'crm', 'other']),
    type: pick(['database_operation', 'database_operation', 'sync_operation']),
    facts: {
      'operation_details.operation_type': pick(['add_lead', 'update_lead']),
      ...pick([
        { 'operation_details.duplicate_detected': true },
        { 'operation_details.duplicate_detected': false },
        {},
      ]),
      ...pick([{ 'lead_identifier.lead_id': 'h1' }, { 'lead_identifier.lead_id': 'h2' }, {}]),
    },
  }));
  await land(entries);
  const told = entries.filter(
    ({ timeMs, service, type, facts }) =>
      timeMs >= WINDOW.fromMs &&
      timeMs < WINDOW.toMs &&
      service === 'crm' &&
      type === 'database_operation' &&
      'operation_details.duplicate_detected' in facts,
  );
  const count = (rows: readonly PlainEntry[]) => [
    rows.length,
    rows.filter(({ facts }) => facts['operation_details.duplicate_detected'] === true).length,
  ];
  const { duplicates } = await readDuplicates(store, WINDOW, { service: 'crm' });
  expect([duplicates.operations, duplicates.duplicates]).toEqual(count(told));
  expect(duplicates.share).toBe(duplicates.duplicates / duplicates.operations);
  for (const row of duplicates.byOperation)
    expect([row.operations, row.duplicates]).toEqual(
      count(
        told.filter(({ facts }) => facts['operation_details.operation_type'] === row.operation),
      ),
    );
  expect(duplicates.byOperation).toHaveLength(2);
  // Berlin is two hours ahead, and one from the night of 25 October on.
  expect(duplicates.byDay.map(({ start }) => start)).toEqual([
    '2026-10-23T22:00:00.000Z',
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
    '2026-10-26T23:00:00.000Z',
  ]);
  for (const [index, row] of duplicates.byDay.entries()) {
    const from = Date.parse(row.start);
    const to = Date.parse(duplicates.byDay[index + 1]?.start ?? '2026-10-28T00:00:00Z');
    const own = told.filter(({ timeMs }) => timeMs >= from && timeMs < to);
    expect([row.operations, row.duplicates]).toEqual(count(own));
  }
  for (const row of duplicates.byLead)
    expect([row.operations, row.duplicates]).toEqual(
      count(told.filter(({ facts }) => facts['lead_identifier.lead_id'] === row.lead)),
    );
  expect(duplicates.byLead).toHaveLength(2);
});

test('S3-94 batches are told by size with bounds, and the best size of those seen often enough', async () => {
  const random = createRandom(9);
  const sync = (batchSize: number, perSecond: number, failed: number): PlainEntry => {
    const seconds = 1 + random();
    const synced = Math.round(perSecond * seconds * (0.9 + random() / 5));
    return {
      timeMs: START + DAY_MS,
      service: 'sync',
      type: 'sync_operation',
      facts: {
        'sync_details.sync_type': 'to_airtable',
        'sync_details.batch_size': batchSize,
        'sync_details.total_leads': synced + failed,
        'sync_details.retry_attempts': 1,
        'sync_results.leads_synced': synced,
        'sync_results.leads_failed': failed,
        'sync_results.execution_time_ms': seconds * 1000,
      },
    };
  };
  const slow = Array.from({ length: 30 }, () => sync(10, 20, 1));
  const quick = Array.from({ length: 30 }, () => sync(50, 80, 0));
  const rare = Array.from({ length: 2 }, () => sync(500, 900, 0));
  // What nobody can have synced counts nowhere: its square is no number.
  const absurd = sync(10, 1e160, 0);
  await land([...slow, ...quick, ...rare, absurd]);
  const { batches } = await readBatches(store, WINDOW, { service: 'sync' });
  expect(batches.best).toEqual({ batchSize: 50, isClear: true });
  const sum = (rows: readonly PlainEntry[], key: string): number =>
    rows.reduce((total, { facts }) => total + Number(facts[key]), 0);
  const seconds = sum(slow, 'sync_results.execution_time_ms') / 1000;
  const synced = sum(slow, 'sync_results.leads_synced');
  expect(batches.sizes).toMatchObject([
    { batchSize: 10, syncs: 30, records: synced + 30, retries: 30 },
    { batchSize: 50, syncs: 30, failedShare: { value: 0, low: 0, high: 0 } },
    { batchSize: 500, syncs: 2, perSecond: { low: null, high: null } },
  ]);
  expect(batches.sizes[0]?.perSecond.value).toBeCloseTo(synced / seconds, 9);
  expect(batches.sizes[0]?.failedShare.value).toBeCloseTo(30 / (synced + 30), 9);
  const { batches: none } = await readBatches(store, WINDOW, { syncType: 'from_airtable' });
  expect(none).toEqual({ sizes: [], best: null });
});

describe('a ratio of sums', () => {
  const sumsOf = (pairs: readonly (readonly [number, number])[]) => {
    const sum = (of: (y: number, x: number) => number): number =>
      pairs.reduce((total, [y, x]) => total + of(y, x), 0);
    return {
      n: pairs.length,
      y: sum((y) => y),
      x: sum((_, x) => x),
      y2: sum((y) => y * y),
      x2: sum((_, x) => x * x),
      xy: sum((y, x) => y * x),
    };
  };

  test('is held by its bounds in about 95 of 100 samples', () => {
    const random = createRandom(17);
    let held = 0;
    for (let sample = 0; sample < 2000; sample++) {
      const pairs = Array.from({ length: 30 }, () => {
        const x = 1 + random() * 4;
        return [x * (10 + 4 * (random() - 0.5)), x] as const;
      });
      const { low, high } = ratioInterval(sumsOf(pairs));
      if (low !== null && high !== null && low <= 10 && 10 <= high) held++;
    }
    expect(held / 2000).toBeGreaterThan(0.93);
    expect(held / 2000).toBeLessThan(0.97);
  });

  test('of equal denominators is the mean with its interval by Student', () => {
    // Mean 2, standard deviation 1, n 3: half width 4.3027 / sqrt(3).
    const { value, low, high } = ratioInterval(
      sumsOf([
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
    );
    expect(value).toBe(2);
    expect(high).toBeCloseTo(2 + 4.302_652_73 / Math.sqrt(3), 6);
    expect(low).toBe(0);
  });

  test.each([
    ['nothing', { n: 0, y: 0, x: 0, y2: 0, x2: 0, xy: 0 }, { value: null, low: null, high: null }],
    [
      'two pairs',
      sumsOf([
        [1, 1],
        [3, 1],
      ]),
      { value: 2, low: null, high: null },
    ],
  ])('of %s has no bounds', (_name, sums, expected) => {
    expect(ratioInterval(sums)).toEqual(expected);
  });
});
