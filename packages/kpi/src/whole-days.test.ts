/** Answers over very many runs are made of whole days, and say the same as those of single runs. */
import type { Reader } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFeatures } from './feature.ts';
import { createWorld } from './testing/span-world.ts';
import { createLanded, landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { readTotals, readUsage } from './usage.ts';
import { parseWindow } from './window.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 28);
const NOW_MS = START_MS + 9 * DAY_MS;

let store: Awaited<ReturnType<typeof openTestStore>>;
/** The same store as if its runs were too many for exact percentiles. */
let large: Reader;
let asked: string[] = [];
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, createWorld(5, START_MS, 7 * DAY_MS, 300));
  await store.keepUp({
    nowMs: NOW_MS,
    keepDays: 0,
    hotDays: 3,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1 },
  });
  const read = (async (name: string, ...rest: [never, never]) => {
    asked.push(name);
    return await store.read(name as 'day/whole', ...rest);
  }) as Reader['read'];
  large = {
    exactRuns: 0,
    isSummed: (selector) => store.isSummed(selector),
    read,
    ask: (...question) => store.ask(...question),
  };
});
afterAll(() => store.close());

test('days that runs land for once they are chosen are told from hours and single runs', async () => {
  const busy = await openTestStore();
  try {
    const landed = createLanded();
    await landWorld(busy, createWorld(6, START_MS, 3 * DAY_MS, 100), [], landed);
    const upkeep = { nowMs: NOW_MS, keepDays: 0, hotDays: 30, maxBytes: 0, otherBytes: 0 };
    const addUp = () => busy.keepUp({ ...upkeep, archive: { leastRows: 1 } });
    await addUp();
    let late = 10_000n;
    const read = (async (name: string, ...rest: [never, never]) => {
      asked.push(name);
      const rows = await busy.read(name as 'day/whole', ...rest);
      if (name !== 'day/whole') return rows;
      const startNs = BigInt(START_MS + DAY_MS) * 1_000_000n + (late += 1n);
      await landWorld(busy, [{ ...PLAIN_SPAN, seq: late, spanId: late, startNs }], [], landed);
      return rows;
    }) as Reader['read'];
    const reader: Reader = {
      exactRuns: 0,
      isSummed: (selector) => busy.isSummed(selector),
      read,
      ask: (...question) => busy.ask(...question),
    };
    const range = window(0, 3 * DAY_MS);
    asked = [];
    const table = await readFeatures(reader, range, {}, TABLE);
    expect(asked).toEqual(expect.arrayContaining(['day/table', 'feature/table']));
    expect(table.rows).toEqual((await readFeatures(busy, range, {}, TABLE)).rows);
    await addUp();
    asked = [];
    const usage = await readUsage(reader, range, {}, { interval: '1d', top: 10 });
    expect(asked).toEqual(expect.arrayContaining(['day/series', 'run/hours']));
    const plain = await readUsage(busy, range, {}, { interval: '1d', top: 10 });
    expectAlike(
      usage.series.flatMap(({ points }) => points),
      plain.series.flatMap(({ points }) => points),
    );
  } finally {
    await busy.close();
  }
});

const window = (from: number, to: number): ReturnType<typeof parseWindow> =>
  parseWindow(
    { from: String(START_MS + from), to: String(START_MS + to), timeZone: 'UTC' },
    NOW_MS,
  );
const TABLE = { trend: false, sort: 'runs', limit: 100 } as const;

test.each([
  ['whole days', 0, 7 * DAY_MS, 'day/series'],
  ['parts of days at both ends', 10_000_000, 6.4 * DAY_MS, 'day/range'],
  ['whole hours', 7_200_000, 5 * DAY_MS + 3_600_000, 'day/range'],
] as const)('%s', async (_, from, to, statement) => {
  const range = window(from, to);
  for (const filter of [
    {},
    { feature: (await readFeatures(store, range, {}, TABLE)).rows[0]?.feature },
  ]) {
    asked = [];
    const table = await readFeatures(large, range, filter, TABLE);
    const usage = await readUsage(large, range, filter, { interval: '1d', top: 10 });
    expect(asked).toEqual(expect.arrayContaining(['day/table', statement]));
    expectAlike(table.rows, (await readFeatures(store, range, filter, TABLE)).rows);
    const plain = await readUsage(store, range, filter, { interval: '1d', top: 10 });
    expectAlike(
      usage.series.flatMap(({ points }) => points),
      plain.series.flatMap(({ points }) => points),
    );
    for (const { warnings } of [table, usage])
      expect(warnings.join(' ')).toContain('within 3.2 % of the exact ones');
  }
});

const PARTS = [10_000_000, 6.4 * DAY_MS] as const;

test.each([
  ['weeks', 'UTC', '1w', undefined, PARTS, 'day/range'],
  ['days of another time zone', 'America/New_York', '1d', undefined, PARTS, 'run/hours'],
  ['a split of cut days by feature', 'UTC', '1d', 'feature', PARTS, 'run/hours'],
  ['a split of whole days by feature', 'UTC', '1d', 'feature', [0, 7 * DAY_MS], 'day/split'],
] as const)('%s', async (_, timeZone, interval, by, [from, to], statement) => {
  const range = { from: String(START_MS + from), to: String(START_MS + to), timeZone };
  const cut = { interval, by, top: 2 } as const;
  asked = [];
  const usage = await readUsage(large, parseWindow(range, NOW_MS), {}, cut);
  expect(asked).toContain(statement);
  expect(asked).not.toContain('run/series');
  expect(usage.warnings.join(' ')).toContain('within 3.2 % of the exact ones');
  const plain = await readUsage(store, parseWindow(range, NOW_MS), {}, cut);
  expect(usage.series.map(({ group }) => group)).toEqual(plain.series.map(({ group }) => group));
  expectAlike(
    usage.series.flatMap(({ points }) => points),
    plain.series.flatMap(({ points }) => points),
  );
});

test('totals', async () => {
  asked = [];
  const range = window(10_000_000, 6.4 * DAY_MS);
  const { totals } = await readTotals(large, range, {});
  expect(asked).toContain('day/range');
  expectAlike([totals], [(await readTotals(store, range, {})).totals]);
});

test.each([
  ['a filter by more than the feature', 0, 7 * DAY_MS, { status: 'failed' }],
  ['less than a day', 0, DAY_MS / 2, {}],
] as const)('%s is told from single runs', async (_, from, to, filter) => {
  asked = [];
  await readFeatures(large, window(from, to), filter, TABLE);
  expect(asked).toContain('feature/table');
});

test('days of another time zone are told from single runs', async () => {
  asked = [];
  const range = {
    from: String(START_MS),
    to: String(START_MS + 7 * DAY_MS),
    timeZone: 'Asia/Kathmandu',
  };
  await readUsage(large, parseWindow(range, NOW_MS), {}, { interval: '1d', top: 10 });
  expect(asked).toContain('run/series');
  expect(asked).not.toContain('day/series');
});

function expectAlike(found: readonly object[], plain: readonly object[]): void {
  expect(found).toHaveLength(plain.length);
  const differences = found.flatMap((row, index) =>
    Object.entries(row).flatMap(([name, value]) => {
      const exact = (plain.at(index) as Readonly<Record<string, unknown>>)[name];
      return isAlike(name, value, exact) ? [] : [{ name, value, exact }];
    }),
  );
  expect(differences).toEqual([]);
}

/** Percentiles within the width of a bucket, sums of doubles in any order, all else the same. */
function isAlike(name: string, value: unknown, exact: unknown): boolean {
  if (typeof value !== 'number' || typeof exact !== 'number') return Object.is(value, exact);
  const share = /^p\d\dMs$/u.test(name) ? 0.032 : 1e-9;
  return Math.abs(value - exact) <= Math.abs(exact) * share;
}
