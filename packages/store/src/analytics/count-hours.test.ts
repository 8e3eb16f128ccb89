/** Counts from roll-ups beside those of the same questions from single runs: archived and late runs, days that are made and not. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Batch } from '../batch.ts';
import { openDuckdb } from '../duckdb/engine.ts';
import { MARK } from '../marks.ts';
import type { Store } from '../store.ts';
import { writeRow } from '../testing/write-row.ts';
import type { CountQuestion, Measure } from './question.ts';
import type { EventSelector } from './selector.ts';
import type { Slots } from './unit.ts';

const HOUR_NS = 3_600_000_000_000n;
const DAY_NS = 24n * HOUR_NS;
const DAYS = 12;
const BEGIN_NS = BigInt(Date.UTC(2026, 2, 20)) * 1_000_000n;
const END_NS = BEGIN_NS + BigInt(DAYS) * DAY_NS;
const MAX_HASH = 2n ** 53n;

const folders: string[] = [];
let store: Store;
/** The same as if its runs were very many. */
let large: Store;
beforeAll(async () => {
  const [filled, copy] = [newFolder(), newFolder()];
  await fill(filled);
  cpSync(filled, copy, { recursive: true });
  [store, large] = await Promise.all([open(filled, undefined), open(copy, 0)]);
});

async function fill(folder: string): Promise<void> {
  const own = await open(folder, undefined);
  await land(own, 1, 0);
  await land(own, 2, 0);
  await keepUp(own, { hotDays: 4 });
  // Late runs of days that are made, and some of a day with a user that has no bit.
  await land(own, 3, 0);
  await keepUp(own, { hotDays: 6 });
  await land(own, 4, 8);
  await own.close();
}

afterAll(async () => {
  await Promise.all([store.close(), large.close()]);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const openOwn = (exactRuns?: number): Promise<Store> => open(newFolder(), exactRuns);

function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-hours-'));
  folders.push(folder);
  return folder;
}

const open = (folder: string, exactRuns: number | undefined): Promise<Store> =>
  openDuckdb({ path: path.join(folder, 'heartwood.duckdb'), exactRuns }, new Map());

async function keepUp(
  to: Store,
  days: { readonly hotDays: number; readonly keepDays?: number },
): Promise<void> {
  const archive = { leastRows: 1, mostRows: 40 };
  const nowMs = Number(END_NS / 1_000_000n);
  await to.keepUp({ nowMs, keepDays: 0, ...days, maxBytes: 0, otherBytes: 0, archive });
}

function createRandom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Runs of five features, one without a name; some of nobody, some of a session alone. */
async function land(to: Store, record: number, firstDay: number): Promise<void> {
  const batch = new Batch(500);
  const below = createRandom(record);
  for (let index = 0; index < 500; index++) {
    const mark = below(10);
    writeRow(batch.spans, {
      seq: BigInt(record * 1000 + index + 1),
      start_time:
        BEGIN_NS +
        BigInt(firstDay * 24 + below((DAYS - firstDay) * 24)) * HOUR_NS +
        BigInt(below(4)) * 900_000_000_000n +
        BigInt(below(3)),
      feature_id: BigInt(below(5)),
      user_id: record === 3 && index === 7 ? MAX_HASH : BigInt(Math.max(0, below(60) - 12)),
      session_id: BigInt(Math.max(0, below(30) - 10)),
      duration_ns: BigInt(below(4) * 1_500_000 + below(7)),
      marks:
        mark === 0
          ? MARK.NEGATIVE_DURATION
          : mark === 1
            ? MARK.FILTERED
            : mark === 2
              ? MARK.SAMPLED
              : 0,
      feature_status: 1 + below(4),
      category_id: BigInt(below(2)),
    });
  }
  writeRow(batch.vocabulary, {
    id: BigInt(record),
    hash: BigInt(record),
    text: `f${String(record)}`,
  });
  await to.land(batch, { record: BigInt(record), rows: 0 });
}

const SELECTORS: readonly EventSelector[] = [
  { source: 'run', names: 'any' },
  { source: 'run', names: ['f1'] },
  { source: 'run', names: ['f2', 'f4'] },
  { source: 'run', names: ['never'] },
  { source: 'run', names: 'any', statuses: ['success'] },
  { source: 'run', names: ['f3', 'f1'], statuses: ['failed', 'partial'] },
  { source: 'run', names: ['f2'], statuses: [] },
];
const DURATION = { kind: 'column', name: 'durationMs' } as const;
const MEASURES: readonly Measure[] = [
  { agg: 'count' },
  { agg: 'count_filtered' },
  { agg: 'count_values', on: DURATION },
  { agg: 'sum', on: DURATION },
  { agg: 'mean', on: DURATION },
  { agg: 'count_distinct', on: 'user' },
  { agg: 'count_distinct', on: 'session' },
  { agg: 'percentile', p: 0.9, on: DURATION },
  { agg: 'max', on: DURATION },
];

interface Cut {
  readonly from: bigint;
  readonly to: bigint;
  readonly slots: Slots;
}

const QUARTER_NS = HOUR_NS / 4n;

/** Two windows that follow each other, at so many quarters of an hour behind midnight. */
function windows(quarters: number, first: number, second: number): Cut {
  const from = BEGIN_NS + BigInt(quarters) * QUARTER_NS;
  const buckets = [...Array<string>(first).fill('0'), ...Array<string>(second).fill('1')];
  return {
    from,
    to: from + BigInt(buckets.length) * QUARTER_NS,
    slots: { origin: from, width: QUARTER_NS, buckets },
  };
}

/** Buckets of a length, the first and the last cut by the range. */
function grid(widthNs: bigint, cutNs: bigint): Cut {
  const count = Number((END_NS - BEGIN_NS + widthNs - 1n) / widthNs);
  const buckets = Array.from({ length: count }, (_, index) => String(index));
  return {
    from: BEGIN_NS + cutNs,
    to: END_NS - 2n * cutNs,
    slots: { origin: BEGIN_NS, width: widthNs, buckets },
  };
}

const DAY = 96;
const CUTS: readonly (readonly [string, Cut])[] = [
  ['whole days', windows(0, 5 * DAY, 5 * DAY)],
  ['days of another time zone', windows(22 * 4, 4 * DAY, 4 * DAY)],
  ['days of a time zone of half hours', windows(18 * 4 + 2, 3 * DAY, 4 * DAY)],
  ['days of a time zone of quarters, around a day of 23 hours', windows(73, 3 * DAY, DAY - 4)],
  ['windows within a day', windows(5, 30, 41)],
  ['windows within one hour and the next', windows(7, 3, 6)],
  ['days', grid(DAY_NS, 0n)],
  ['days, the first and the last cut', grid(DAY_NS, HOUR_NS + 1n)],
  ['hours', grid(HOUR_NS, 0n)],
];

/** True of every run, and enough for a question not to be answered from roll-ups. */
const SINGLE = { scope: { kind: 'exists', property: { kind: 'column', name: 'status' } } } as const;

function questionOf({ from, to, slots }: Cut, seed: number): CountQuestion {
  const below = createRandom(seed * 97 + 5);
  const selectors = SELECTORS.filter(
    (_, index) => index === seed % SELECTORS.length || below(2) === 0,
  );
  const measures = Array.from({ length: 6 }, (_, index): Measure => {
    const drawn = MEASURES.at(index === 0 ? 0 : below(MEASURES.length)) ?? { agg: 'count' };
    const of = selectors.map((__, place) => place).filter(() => below(3) === 0);
    return { ...drawn, of: of.length === 0 ? undefined : of };
  });
  return {
    kind: 'count',
    events: { from, to, selectors, keepOthers: false, unit: 'user' },
    slots,
    measures,
    output: { kind: 'numbers' },
  };
}

const close = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));

const near = (value: number, share: number): unknown =>
  expect.toSatisfy((found: number) => Math.abs(found - value) <= share * value);

/** Asks both ways; gives how many rows there were. */
async function compare(asked: Store, question: CountQuestion, isSummed: boolean): Promise<number> {
  const summed = await asked.ask(question);
  const single = await asked.ask({ ...question, events: { ...question.events, ...SINGLE } });
  const label = JSON.stringify([question.measures, question.events.selectors]);
  expect(summed.statement.sql.includes('feature_hour'), label).toBe(isSummed);
  expect(single.statement.sql).not.toContain('feature_hour');
  const { relativeError = 0, measures = [] } = summed.approximate ?? {};
  const about = (value: number | null, measure: number): unknown =>
    value === null || !measures.includes(measure) ? close(value) : near(value, relativeError);
  expect(summed.rows, label).toEqual(
    single.rows.map((row) => ({ ...row, values: 'values' in row ? row.values.map(about) : [] })),
  );
  const { facts, asOf, total } = single;
  expect({ facts: summed.facts, asOf: summed.asOf, total: summed.total }, label).toEqual({
    facts: { ...facts, adjusted: close(facts.adjusted) },
    asOf,
    total,
  });
  return single.rows.length;
}

for (const [title, cut] of CUTS)
  test(`counts over ${title} are the same from roll-ups`, { timeout: 120_000 }, async () => {
    let rows = 0;
    for (let seed = 0; seed < 7; seed++) rows += await compare(store, questionOf(cut, seed), true);
    expect(rows).toBeGreaterThan(10);
  });

const PERCENTILES: readonly Measure[] = [
  { agg: 'percentile', p: 0.95, on: DURATION, of: [0] },
  { agg: 'percentile', p: 0.5, on: DURATION, of: [1] },
  { agg: 'percentile', p: 0.7, on: DURATION, of: [1, 2] },
  { agg: 'percentile', p: 1, on: DURATION, of: [2, 0] },
  { agg: 'percentile', p: 0.9, on: DURATION, of: [3] },
  { agg: 'percentile', p: 0.5, on: DURATION, of: [1], exact: true },
  { agg: 'percentile', p: 0.5, on: DURATION, of: [4] },
  { agg: 'percentile', p: 0.5, on: { kind: 'column', name: 'user' }, of: [0] },
  { agg: 'count_values', on: DURATION, of: [0] },
  { agg: 'count_distinct', on: 'user', of: [1] },
];

for (const [title, cut] of CUTS)
  test(`percentiles over ${title} of very many runs are off by 3.2 % at most`, async () => {
    const question = { ...questionOf(cut, 0), measures: PERCENTILES };
    const events = { ...question.events, selectors: SELECTORS.slice(0, 5) };
    expect(await compare(large, { ...question, events }, true)).toBeGreaterThan(1);
    const { approximate } = await large.ask({ ...question, events });
    expect(approximate).toEqual({ relativeError: 0.032, measures: [0, 1, 2, 3] });
    const few = await store.ask({ ...question, events });
    expect(few.approximate).toBeUndefined();
  });

test('a percentile of few runs is exact, however many others there are beside it', async () => {
  const own = await openOwn(600);
  try {
    await land(own, 1, 0);
    await land(own, 2, 0);
    const question = questionOf(windows(0, 5 * DAY, 5 * DAY), 0);
    const few = { agg: 'percentile', p: 0.9, on: DURATION, of: [1] } as const;
    for (const [measures, approximate] of [
      [
        [{ agg: 'count' }, { ...few, of: [0] }, few, { ...few, of: [0, 1] }],
        [1, 3],
      ],
      [[{ agg: 'count' }, few], undefined],
      [[{ agg: 'count' }, { ...few, of: [3] }], undefined],
    ] as const) {
      const asked = { ...question, measures };
      const events = { ...asked.events, selectors: SELECTORS.slice(0, 4) };
      await compare(own, { ...asked, events }, true);
      const answer = await own.ask({ ...asked, events });
      expect(answer.approximate?.measures).toEqual(approximate);
    }
  } finally {
    await own.close();
  }
});

const [ANY, F1] = SELECTORS.slice(0, 2) as [EventSelector, EventSelector];
const PERCENTILE = { agg: 'percentile', p: 0.5, on: DURATION } as const;
test.each<readonly [string, readonly EventSelector[], readonly Measure[]]>([
  ['of no selector', [ANY], MEASURES.map((measure) => ({ ...measure, of: [] }))],
  [
    'of the same selector twice',
    [F1, F1],
    [
      { agg: 'count', of: [1] },
      { ...PERCENTILE, of: [1] },
      { ...PERCENTILE, of: [0, 1] },
      { agg: 'max', on: DURATION, of: [1] },
    ],
  ],
  [
    'at both ends of percentiles',
    [ANY],
    [{ agg: 'count' }, { ...PERCENTILE, p: 0 }, { ...PERCENTILE, p: 1 }],
  ],
])('measures %s are the same from roll-ups', async (_, selectors, measures) => {
  const question = { ...questionOf(windows(3, 5 * DAY, 5 * DAY), 0), measures };
  const events = { ...question.events, selectors };
  for (const asked of [store, large])
    expect(await compare(asked, { ...question, events }, true)).toBe(2);
});

test.each<readonly [string, readonly EventSelector[], Measure]>([
  ['a percentile beyond 1', [ANY], { ...PERCENTILE, p: 1.5 }],
  ['a percentile below 0', [ANY], { ...PERCENTILE, p: -0.1 }],
  ['a percentile that is no number', [ANY], { ...PERCENTILE, p: Number.NaN }],
  ['no selector', [], { agg: 'count' }],
])('%s is refused, from roll-ups and from single runs', async (_, selectors, measure) => {
  const question = {
    ...questionOf(windows(0, DAY, DAY), 0),
    measures: [{ agg: 'count' }, measure],
  };
  for (const more of [{}, SINGLE])
    await expect(
      large.ask({
        ...question,
        events: { ...question.events, selectors, ...more },
      } as CountQuestion),
    ).rejects.toMatchObject({ code: 'STORE_QUESTION_INVALID' });
});

test('counts of a range that has lost runs are those of the runs that are left', async () => {
  const own = await openOwn();
  try {
    await land(own, 1, 0);
    await keepUp(own, { hotDays: 4 });
    await keepUp(own, { hotDays: 4, keepDays: 9 });
    for (let seed = 0; seed < 7; seed++) {
      expect(await compare(own, questionOf(windows(0, 5 * DAY, 5 * DAY), seed), false)).toBe(2);
      expect(await compare(own, questionOf(windows(4 * DAY, 4 * DAY, 4 * DAY), seed), true)).toBe(
        2,
      );
    }
  } finally {
    await own.close();
  }
});
