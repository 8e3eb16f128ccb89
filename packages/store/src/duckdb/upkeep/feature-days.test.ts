/** What whole days add up to beside the same numbers from single runs, in random worlds with late runs, restarts, archive and retention. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Batch } from '../../batch.ts';
import { MARK } from '../../marks.ts';
import { type QueryParams, queries } from '../../queries.ts';
import { DURATION_BUCKET_ERROR } from '../../rollup/duration-bucket.ts';
import { loadStatements } from '../../statements.ts';
import type { Store } from '../../store.ts';
import { unhurried } from '../../testing/unhurried.ts';
import { writeRow } from '../../testing/write-row.ts';
import { openDuckdb } from '../engine.ts';

const HOUR_NS = 3_600_000_000_000n;
const DAY_NS = 24n * HOUR_NS;
const NOW_MS = Date.UTC(2026, 10, 22, 12);
const TODAY = BigInt(NOW_MS) * 1_000_000n - 12n * HOUR_NS;
const DAYS = 6;
const FEATURES = 3;
const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 2);

let folder: string;
let store: Store;
let seq: bigint;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heartwood-days-'));
  seq = 0n;
  await open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  store = unhurried(
    await openDuckdb({ path: path.join(folder, 'h.duckdb') }, loadStatements(queries)),
  );
}

/** Repeatable chance (mulberry32): a whole number below this. */
function createBelow(seed: number): (end: number) => number {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  };
}
type Below = ReturnType<typeof createBelow>;

/** Nobody, one whose id is a hash, or one of three chunks of bits. */
function drawUser(below: Below): bigint {
  const draw = below(8);
  if (draw < 2) return 0n;
  return draw === 2 ? FAR_USER + BigInt(below(4)) : BigInt(1 + below(3) * 8190 + below(6));
}
const FAR_USER = 2n ** 63n + 5n;

/** Lands runs of the days before now, of some users, and of sessions of which many or few come back. */
async function land(record: number, rows: number, below: Below, day?: number): Promise<void> {
  const batch = new Batch(rows);
  if (record === 1)
    for (let id = 1; id <= FEATURES; id++)
      writeRow(batch.vocabulary, {
        id: BigInt(id),
        hash: BigInt(id),
        text: `feature-${String(id)}`,
      });
  for (let index = 0; index < rows; index++) {
    const ago = BigInt(day ?? below(DAYS)) * DAY_NS;
    const session = below(5) === 0 ? 0 : 1 + below(record % 2 === 1 ? 400 : 40);
    writeRow(batch.spans, {
      seq: (seq += 1n),
      start_time: TODAY - ago + (BigInt(below(100_000)) * DAY_NS) / 100_000n,
      duration_ns: BigInt(Math.floor(10 ** (below(900) / 100))),
      feature_id: BigInt(below(FEATURES + 1)),
      category_id: BigInt(below(2)),
      user_id: drawUser(below),
      session_id: BigInt(session),
      marks: [MARK.NEGATIVE_DURATION, MARK.FILTERED][below(12)] ?? 0,
      feature_status: 1 + below(5),
      tier: 1 + below(5),
      efficiency: below(9) === 0 ? Number.NaN : below(100) / 100,
    });
  }
  await store.land(batch, { record: BigInt(record), rows: 0 });
}

const keepUp = (keepDays = 0): Promise<unknown> =>
  store.keepUp({
    nowMs: NOW_MS,
    keepDays,
    hotDays: 2,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1, mostRows: 1000 },
  });

interface Range {
  readonly from: bigint;
  readonly to: bigint;
  readonly feature: string | undefined;
}
const UNFILTERED = { category: undefined, component: undefined, service: undefined };
type Numbers = Readonly<Record<string, unknown>>;

let compared = 0;
const pickFrom = <Item>(items: readonly [Item, ...Item[]], turn: number): Item =>
  items.at(turn % items.length) ?? items[0];

/** Every number of the days beside the same from single runs; false where no whole day of the range holds. */
async function compare(range: Range): Promise<boolean> {
  const [whole] = await store.read('day/whole', range);
  if (whole === undefined) return false;
  const { fromDay, toDay, closed } = whole;
  const raw = { ...UNFILTERED, status: undefined };
  const table = await store.read('day/table', { ...range, fromDay, toDay, closed });
  expectAlike(table, await store.read('feature/table', { ...range, ...raw }), 'feature');
  const [from, to] = [BigInt(fromDay) * DAY_NS, BigInt(toDay) * DAY_NS];
  const series = await store.read('day/series', { fromDay, toDay, feature: range.feature });
  const cut: QueryParams<'run/series'> = {
    ...range,
    ...raw,
    from,
    to,
    origin: from,
    width: DAY_NS,
    buckets: Array.from({ length: toDay - fromDay }, (_, index) => String(index)),
    by: undefined,
    top: 1,
  };
  const byDay = series.map(({ day, ...row }) => ({ ...row, bucket: day - fromDay }));
  expectAlike(byDay, await store.read('run/series', cut), 'bucket');
  const top = pickFrom([1, 2, FEATURES], compared);
  const split = await store.read('day/split', { fromDay, toDay, feature: range.feature, top });
  const bySplit = split.map(({ day, ...row }) => ({ ...row, bucket: day - fromDay }));
  expectAlike(bySplit, await store.read('run/series', { ...cut, by: 'feature', top }), 'bucket');
  const { origin, width } = pickFrom(
    [
      { origin: range.from, width: range.to - range.from },
      { origin: (range.from / DAY_NS) * DAY_NS, width: DAY_NS },
      { origin: (range.from / DAY_NS / 2n) * 2n * DAY_NS, width: 2n * DAY_NS },
    ],
    (compared += 1),
  );
  const buckets = Array.from({ length: Number((range.to - origin) / width) + 1 }, (_, index) =>
    String(index),
  );
  expectAlike(
    await store.read('day/range', { ...range, fromDay, toDay, closed, origin, width }),
    await store.read('run/series', {
      ...range,
      ...raw,
      origin,
      width,
      buckets,
      by: undefined,
      top: 1,
    }),
    'bucket',
  );
  return true;
}

function expectAlike(days: readonly Numbers[], runs: readonly Numbers[], key: string): void {
  expect(days.map((row) => row[key])).toEqual(runs.map((row) => row[key]));
  const differences = days.flatMap((row, index) =>
    Object.entries(row).flatMap(([name, value]) => {
      const exact = runs.at(index)?.[name];
      const isSaid = name === 'approximate';
      return isSaid || isAlike(name, value, exact) ? [] : [{ name, value, exact }];
    }),
  );
  expect(differences).toEqual([]);
}

/** Percentiles within the width of a bucket, sums of doubles in any order, all else the same. */
function isAlike(name: string, value: unknown, exact: unknown): boolean {
  if (typeof value !== 'number' || typeof exact !== 'number') return Object.is(value, exact);
  const share = /^p\d\dMs$/u.test(name) ? DURATION_BUCKET_ERROR : 1e-9;
  return Math.abs(value - exact) <= Math.abs(exact) * share;
}

async function compareAll(below: Below): Promise<number> {
  let compared = 0;
  for (let round = 0; round < 2; round++) {
    const from = TODAY - BigInt(below(DAYS)) * DAY_NS + BigInt(below(3)) * (DAY_NS / 7n);
    const to = from + DAY_NS + (BigInt(below(100)) * BigInt(DAYS) * DAY_NS) / 100n;
    const feature = [undefined, 'feature-2'][below(2)];
    const range = below(2) === 0 ? { from, to } : { from: TODAY - 5n * DAY_NS, to: TODAY };
    if (await compare({ ...range, feature })) compared++;
  }
  return compared;
}

describe.each(Array.from({ length: WORLDS }, (_, index) => index))('world %i', (world) => {
  test('numbers of whole days are those of their runs, whatever happens in between', async () => {
    const below = createBelow(world + 1);
    let compared = 0;
    for (let record = 1; record <= 2; record++) {
      await land(
        record,
        [30, 300][below(2)] ?? 30,
        below,
        below(2) === 0 ? undefined : below(DAYS),
      );
      compared += await compareAll(below);
      if (below(3) === 0) {
        await store.close();
        await open();
      }
      await keepUp();
      compared += await compareAll(below);
    }
    expect(compared).toBeGreaterThan(0);
  });
});

test('a day that others have landed for is read by the hour until it is made anew', async () => {
  const below = createBelow(7);
  await land(1, 400, below);
  await keepUp();
  const range = { from: TODAY - 5n * DAY_NS, to: TODAY, feature: undefined };
  const stretch = async (): Promise<number> => {
    const [row] = await store.read('day/whole', range);
    return row === undefined ? 0 : row.toDay - row.fromDay;
  };
  expect(await stretch()).toBe(5);
  await land(2, 20, below, 2);
  expect(await stretch()).toBe(3);
  expect(await compare(range)).toBe(true);
  await keepUp();
  expect(await stretch()).toBe(5);
});

test('a late run of a user whose id is a hash leaves its day added up, and counts', async () => {
  await land(1, 400, createBelow(8));
  await keepUp();
  const range = { from: TODAY - 5n * DAY_NS, to: TODAY + DAY_NS, feature: undefined };
  const days = { toDay: Number(TODAY / DAY_NS), fromDay: Number(TODAY / DAY_NS) - 5 };
  const batch = new Batch(1);
  const hashed = { user_id: FAR_USER + 9n, feature_id: 1n, duration_ns: 7n, feature_status: 1 };
  writeRow(batch.spans, { ...hashed, seq: (seq += 1n), start_time: TODAY - 4n * DAY_NS });
  const users = async (): Promise<number | null | undefined> =>
    (await store.read('day/series', { ...days, feature: undefined })).at(1)?.users;
  const before = await users();
  await store.land(batch, { record: 2n, rows: 0 });
  await keepUp();
  // Today is not over.
  expect(await store.read('day/whole', range)).toMatchObject([days]);
  expect(await users()).toBe((before ?? 0) + 1);
  expect(await compare(range)).toBe(true);
});

test('days that hold no longer when they are asked have no rows', async () => {
  await land(1, 400, createBelow(11));
  await keepUp();
  const range = { from: TODAY - 5n * DAY_NS, to: TODAY, feature: undefined };
  const fromDay = Number(range.from / DAY_NS);
  const toDay = Number(TODAY / DAY_NS);
  expect(await store.read('day/whole', range)).toMatchObject([{ fromDay, toDay }]);
  const days = { ...range, fromDay, toDay, closed: false };
  const cut = { origin: range.from, width: range.to - range.from };
  const counts = async (): Promise<number[]> => [
    (await store.read('day/table', days)).length,
    (await store.read('day/range', { ...days, ...cut })).length,
    (await store.read('day/series', { fromDay, toDay, feature: undefined })).length,
  ];
  expect(await counts()).toEqual([FEATURES, 1, 5]);
  await land(2, 3, createBelow(12), 3);
  expect(await counts()).toEqual([0, 0, 0]);
});

test('days outlive their runs, as the hours do', async () => {
  await land(1, 400, createBelow(9));
  await keepUp();
  const days = {
    fromDay: Number(TODAY / DAY_NS) - 5,
    toDay: Number(TODAY / DAY_NS),
    feature: undefined,
  };
  const before = await store.read('day/series', days);
  await keepUp(2);
  await store.close();
  await open();
  expect(await store.read('day/series', days)).toEqual(before);
  expect(before).toHaveLength(5);
});
