/** Regression and cost of slowness beside plain loops over arrays, and the cases whose answers are known. */
import type { RegressionQuestion, RegressionRow, SlownessQuestion, Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPerformance } from './performance.ts';
import { rankScore } from './rank-test.ts';
import { framesOf, judge } from './regression.ts';
import { shareDifference } from './share-difference.ts';
import { readSlowness, readSlownessMembers, type SlownessRequest } from './slowness.ts';
import { drawCondition, drawSelector, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import { oracleRegression } from './testing/regression-oracle.ts';
import { oracleSlowDays, oracleSlowness } from './testing/slowness-oracle.ts';
import {
  createRandom,
  openTestStore,
  pickFrom,
  PLAIN_SPAN,
  type PlainSpan,
} from './testing/world.ts';
import { WORLDS } from './testing/worlds.ts';
import { parseWindow, type Window } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const ns = (ms: number): bigint => BigInt(Math.round(ms * 1e6));

interface Case {
  readonly world: EventWorld;
  readonly slowness: SlownessQuestion;
  readonly regression: RegressionQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const world = createEventWorld({
    seed: index + 12_000,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 80, 120]),
    moments: pick([2, 10, 40]),
  });
  const landed = [...world.spans, ...world.logs];
  return { world, ...drawQuestions(pick, startMs, landed) };
});

const scenes: PlainSpan[] = [];
let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: [...cases.flatMap(({ world }) => world.spans), ...scenes],
    logs: cases.flatMap(({ world }) => world.logs),
  });
});
afterAll(() => store.close());

test('slowness is that of plain loops in every world, and has its members', async () => {
  let numbers = 0;
  for (const [index, { world, slowness }] of cases.entries()) {
    const answer = await store.ask({ ...slowness, output: { kind: 'numbers' } } as const);
    const label = `world ${String(index)} ${answer.statement.sql}`;
    expect(answer.rows, label).toEqual(oracleSlowness(world, slowness));
    const row = answer.rows.at(index % 2) ?? answer.rows[0];
    for (const outcome of row === undefined ? [] : (['mature', 'returned', 'immature'] as const)) {
      const cell = { side: row?.side ?? 'slow', outcome };
      const events = { ...slowness.events, asOf: answer.asOf };
      const output = { kind: 'members', cell, limit: 10_000 } as const;
      const page = await store.ask({ ...slowness, events, output } as const);
      expect(page.total, label).toBe(row?.[outcome]);
      expect(page.rows, label).toHaveLength(oracleSlowDays(world, slowness, cell).length);
      numbers += page.total;
    }
  }
  expect(numbers).toBeGreaterThan(WORLDS);
}, 300_000);

test('compared windows are those of plain loops in every world', async () => {
  for (const [index, { world, regression }] of cases.entries()) {
    const answer = await store.ask({ ...regression, output: { kind: 'numbers' } } as const);
    const label = `world ${String(index)} ${answer.statement.sql}`;
    const expected = oracleRegression(world, regression);
    expect(answer.rows.map(withoutPercentiles), label).toEqual(expected.map(withoutPercentiles));
    for (const [place, row] of answer.rows.entries()) {
      const other = expected[place];
      expect(row.p50Ns ?? -1, label).toBeCloseTo(other?.p50Ns ?? -1, 3);
      expect(row.p95Ns ?? -1, label).toBeCloseTo(other?.p95Ns ?? -1, 3);
    }
  }
}, 300_000);

const withoutPercentiles = ({ p50Ns: _p50, p95Ns: _p95, ...row }: RegressionRow): unknown => row;

function drawQuestions(
  pick: Pick,
  startMs: number,
  landed: readonly { readonly seq: bigint }[],
): Omit<Case, 'world'> {
  const any = { source: 'run', names: 'any' } as const;
  const none = Array.from({ length: 9 }, () => undefined);
  const scope = pick([...none, drawCondition(pick, 2)]);
  const asOf = pick([...none, pick([{ seq: 0n }, ...landed]).seq]);
  const widthMs = pick([HOUR_MS / 6, HOUR_MS / 3]);
  let bucket = 0;
  const buckets = Array.from({ length: (2 * HOUR_MS) / widthMs }, (_, slot) =>
    String(slot === 0 ? 0 : (bucket += pick([1, 1, 1, 0]))),
  );
  const shared = { keepOthers: false, scope, asOf };
  const range = { from: ns(startMs), to: ns(startMs + 2 * HOUR_MS) };
  const edges = [0, 1, 2, 3, 4].map((step) => ns(startMs + step * pick([20, 30]) * 60_000));
  return {
    slowness: {
      kind: 'slowness',
      events: {
        ...shared,
        ...range,
        unit: pick(['user', 'user', 'session', 'trace'] as const),
        selectors: pick([
          [any, any],
          [any, any],
          [{ ...any, statuses: ['success', 'failed'] }, any],
          [any, any, { ...any, minDurationNs: 2_500_000n }],
          [drawSelector(pick), any],
          [any, drawSelector(pick), drawSelector(pick)],
        ]),
      },
      judged: { from: range.from, to: ns(startMs + pick([0.5, 1, 2]) * HOUR_MS) },
      slots: { origin: range.from, width: ns(widthMs), buckets },
      horizonNs: ns(pick([0.25, 1]) * HOUR_MS),
      matureNs: ns(startMs + pick([1, 1.5, 3]) * HOUR_MS),
      output: { kind: 'numbers' },
    },
    regression: {
      kind: 'regression',
      events: {
        ...shared,
        ...range,
        unit: 'user',
        selectors: [pick([any, drawSelector(pick)]), { ...any, statuses: ['success'] }],
      },
      windows: edges
        .slice(1)
        .flatMap((to, index) => {
          const from = edges[index] ?? to;
          return from < to ? [{ from, to }] : [];
        })
        .toReversed(),
      output: { kind: 'numbers' },
    },
  };
}

describe('the rank test', () => {
  test.each([
    // U = 0 of a mean of 12.5 with a variance of 25 * 11 / 12.
    { first: [1, 2, 3, 4, 5], second: [6, 7, 8, 9, 10], z: -12 / Math.sqrt((25 * 11) / 12) },
    // Ranks 1.5, 1.5, 4.5, 4.5: U = 2 of a mean of 8; ties of 2, 4 and 2 take 72 / 56 from 9.
    { first: [1, 1, 2, 2], second: [2, 2, 3, 3], z: -5.5 / Math.sqrt((16 / 12) * (9 - 72 / 56)) },
  ])('of $first and $second gives $z', ({ first, second, z }) => {
    const values = [...new Set([...first, ...second])].toSorted((a, b) => a - b);
    const count = (list: readonly number[], value: number): number =>
      list.filter((one) => one === value).length;
    const classes = values.map((value) => ({
      first: count(first, value),
      second: count(second, value),
    }));
    expect(rankScore(classes)).toBeCloseTo(z, 5);
    const swapped = classes.map((tied) => ({ first: tied.second, second: tied.first }));
    expect(rankScore(swapped)).toBeCloseTo(-z, 5);
  });

  test('has nothing to say of equal values or an empty sample', () => {
    expect(rankScore([{ first: 9, second: 9 }])).toBeNull();
    expect(
      rankScore([
        { first: 0, second: 9 },
        { first: 0, second: 3 },
      ]),
    ).toBeNull();
    expect(rankScore([])).toBeNull();
  });
});

test('the difference of two shares has the bounds of the published example', () => {
  // Newcombe (1998), table II (a): 56/70 - 48/80, method 10.
  const found = shareDifference({ part: 56, whole: 70 }, { part: 48, whole: 80 });
  expect(found?.value).toBeCloseTo(0.2, 12);
  expect(found?.low).toBeCloseTo(0.0524, 4);
  expect(found?.high).toBeCloseTo(0.3339, 4);
  expect(shareDifference({ part: 0, whole: 0 }, { part: 1, whole: 2 })).toBeNull();
});

const windowOf = (from: string, to: string, now = '2030-01-01', timeZone = 'UTC'): Window =>
  parseWindow({ from, to, timeZone }, Date.parse(now));
const framesIn = (window: Window): string[] =>
  (framesOf(window) ?? []).map(
    ({ fromMs, toMs }) =>
      `${new Date(fromMs).toISOString().slice(0, 16)} ${String((toMs - fromMs) / HOUR_MS)}h`,
  );

describe('windows of comparison', () => {
  test('have the same weekdays and hours, also where the clock was changed between', () => {
    expect(
      framesIn(windowOf('2026-03-30T10:00', '2026-03-30T12:00', '2030-01-01', 'Europe/Berlin')),
    ).toEqual([
      '2026-03-30T08:00 2h',
      '2026-03-23T09:00 2h',
      '2026-03-16T09:00 2h',
      '2026-03-09T09:00 2h',
      '2026-03-02T09:00 2h',
    ]);
  });

  test.each([
    [
      'a week with the hour that autumn repeats',
      '2026-10-19',
      '2026-10-26',
      '169h,168h,168h,168h,168h',
    ],
    [
      'a week without the hour that spring skips',
      '2026-03-23',
      '2026-03-30',
      '167h,168h,168h,168h,168h',
    ],
    ['the week after', '2026-10-26', '2026-11-02', '168h,169h,168h,168h,168h'],
    ['four weeks', '2026-10-01', '2026-10-29', '673h,672h'],
    ['the day of the change', '2026-10-25', '2026-10-26', '25h,24h,24h,24h,24h'],
  ])('are as many by the clock: %s', (_case, from, to, lengths) => {
    const frames = framesIn(windowOf(from, to, '2030-01-01', 'Europe/Berlin'));
    expect(frames.map((text) => text.split(' ')[1]).join()).toBe(lengths);
  });

  test('do not overlap where the range is longer than a week, and there is at least one', () => {
    expect(framesIn(windowOf('2026-03-01', '2026-03-11'))).toEqual([
      '2026-03-01T00:00 240h',
      '2026-02-15T00:00 240h',
      '2026-02-01T00:00 240h',
    ]);
    expect(framesIn(windowOf('2026-01-01', '2026-04-11'))).toHaveLength(2);
  });

  test('are as long as what is complete of the range', () => {
    const window = windowOf('2026-03-01', '2026-03-02', '2026-03-01T06:10:00Z');
    expect(framesIn(window)[0]).toBe('2026-03-01T00:00 6h');
    expect(framesIn(window)[1]).toBe('2026-02-22T00:00 6h');
    expect(framesOf(windowOf('2026-03-01', '2026-03-02', '2026-03-01T00:09:00Z'))).toBeUndefined();
  });
});

describe('the verdict', () => {
  const row = (runs: number, good: number, bucket: number, p95Ns = 1e6): RegressionRow => ({
    window: 0,
    runs,
    good,
    timed: runs,
    p50Ns: p95Ns,
    p95Ns,
    durations: [{ bucket, runs }],
  });
  const facts = { filtered: 0 };
  test.each([
    ['worse', row(30, 30, 200, 1.2e6), row(30, 30, 100)],
    ['same', row(30, 30, 200, 1.19e6), row(30, 30, 100)],
    ['better', row(30, 30, 50, 0.8e6), row(30, 30, 100)],
    ['not_enough_data', row(29, 29, 200, 9e6), row(30, 30, 100)],
    ['not_enough_data', row(30, 30, 200, 9e6), row(29, 29, 100)],
    ['not_enough_data', undefined, row(30, 30, 100)],
    ['worse', row(100, 80, 100), row(100, 95, 100)],
    ['better', row(100, 95, 100), row(100, 80, 100)],
    ['same', row(100, 94, 100), row(100, 95, 100)],
    ['worse', row(100, 90, 100), row(100, 100, 100)],
    ['worse', row(30, 30, 200, 5e8), row(30, 30, 0, 0)],
    ['same', row(30, 30, 0, 0), row(30, 30, 0, 0)],
    // Faster, but it fails: that is worse.
    ['worse', row(100, 50, 50, 1e5), row(100, 95, 100)],
  ] as const)('S2-123 is %s', (verdict, now, before) => {
    expect(judge(now, before, facts).verdict).toBe(verdict);
  });

  test('of success is none where senders leave out runs', () => {
    const { success } = judge(row(100, 50, 100), row(100, 95, 100), { filtered: 1 });
    expect(success).toMatchObject({ verdict: 'not_enough_data', value: null, before: null });
  });
});

function add(span: Partial<PlainSpan> & { feature: string; at: number; laterNs?: bigint }): void {
  const { at, laterNs = 0n, ...rest } = span;
  const seq = BigInt(scenes.length + 1);
  scenes.push({ ...PLAIN_SPAN, seq, spanId: seq, startNs: ns(at) + laterNs, ...rest });
}

const TUESDAY = Date.UTC(2025, 5, 10);
// Four quiet weeks, then a day twice as slow and with failures.
for (let week = 0; week <= 4; week++)
  for (let run = 0; run < 40; run++)
    add({
      feature: 'export',
      at: TUESDAY - week * 7 * DAY_MS + run * 60_000,
      durationNs: ns(week === 0 ? 200 + run : 100 + run),
      tier: week === 0 ? 4 : 1,
      featureStatus: week === 0 && run % 4 === 0 ? 2 : 1,
      efficiency: week === 0 && run % 4 === 0 ? 0 : 0.8,
      inputSize: BigInt(run < 35 ? 5 : 5000),
    });
for (let run = 0; run < 35; run++)
  add({ feature: 'batch', at: TUESDAY + run, durationNs: ns(10), inputSize: 5n });
for (let run = 0; run < 35; run++)
  add({ feature: 'batch', at: TUESDAY + run, durationNs: ns(100), inputSize: 500n });
add({ feature: 'batch', at: TUESDAY, durationNs: ns(1), inputSize: 100_000n });

describe('performance', () => {
  const day = windowOf('2025-06-10', '2025-06-11');
  test('S4-96 S1-142 tells a slower day from four like it before, with tiers and scores over time', async () => {
    const request = { feature: 'export', interval: '12h' } as const;
    const { data, explain, complete } = await readPerformance(store, day, request);
    expect(data.regression).toMatchObject({
      verdict: 'worse',
      duration: { verdict: 'worse', n: 40, beforeN: 160 },
      success: { verdict: 'worse', value: 0.75, before: 1, n: 40, beforeN: 160 },
    });
    expect(data.regression.duration.value).toBeCloseTo(237.05, 9);
    expect(data.windows.map(({ runs }) => runs)).toEqual([40, 40, 40, 40, 40]);
    expect(data.numbers).toMatchObject({
      runs: 40,
      successRate: 0.75,
      tiers: { excellent: 0, slow: 40 },
      efficiency: expect.closeTo(0.6, 12),
      efficiencyWithoutFailures: expect.closeTo(0.8, 12),
    });
    expect(data.points.map(({ runs, complete }) => [runs, complete])).toEqual([
      [40, true],
      [0, true],
    ]);
    expect(data.points[1]).toMatchObject({ p95Ms: null, efficiency: null, successRate: null });
    expect(explain.command).toContain('heartwood features performance --interval 12h export');
    expect(explain.statements).toHaveLength(4);
    expect(complete).toBe(true);
  });

  test('S3-92 S3-94 tells how time grows with the data, and which batch size takes the least an item', async () => {
    const { data } = await readPerformance(store, day, { feature: 'batch', interval: 'auto' });
    expect(data.sizes.map(({ from, runs, msPerItem }) => [from, runs, msPerItem])).toEqual([
      [1, 35, 2],
      [100, 35, 0.2],
      [100_000, 1, 0.00001],
    ]);
    expect(data.bestSize).toMatchObject({ from: 100, to: 1000, p50Ms: 100 });
    expect(data.regression.verdict).toBe('not_enough_data');
  });

  test('of a name that never ran is refused, and of nothing complete compared with nothing', async () => {
    await expect(
      readPerformance(store, day, { feature: 'exporter', interval: 'auto' }),
    ).rejects.toMatchObject({ code: 'FEATURE_UNKNOWN' });
    const now = windowOf('2025-06-10', '2025-06-10T00:05', '2025-06-10T00:05:00Z');
    const { data, warnings } = await readPerformance(store, now, {
      feature: 'export',
      interval: 'auto',
    });
    expect([data.windows, data.regression.verdict]).toEqual([[], 'not_enough_data']);
    expect(warnings.join()).toContain('compared with nothing');
  });
});

// Forty units meet a slow run on the 1st, ten of which come back; forty meet none, thirty of which do. One more is immature.
for (let user = 0; user < 80; user++) {
  const isSlow = user < 40;
  const at = Date.UTC(2025, 6, 1) + user * 60_000;
  add({ feature: 'load', at, user: `load ${String(user)}`, durationNs: ns(isSlow ? 900 : 10) });
  if (isSlow ? user < 10 : user < 70)
    add({ feature: 'load', at: at + 7 * DAY_MS, user: `load ${String(user)}`, durationNs: ns(10) });
  // The same day is no return, and neither is one a nanosecond after the seventh.
  for (const hours of [1, 2])
    add({
      feature: 'load',
      at: at + hours * HOUR_MS,
      user: `load ${String(user)}`,
      durationNs: ns(10),
    });
  if (user === 39)
    add({ feature: 'load', at: at + 7 * DAY_MS, laterNs: 1n, user: `load ${String(user)}` });
}
add({ feature: 'load', at: Date.UTC(2025, 6, 1, 20), user: 'load late', durationNs: ns(900) });

// Five slow days beside forty fast ones are too few to compare.
for (let user = 0; user < 45; user++)
  add({
    feature: 'rare',
    at: Date.UTC(2025, 6, 1) + user * 60_000,
    user: `rare ${String(user)}`,
    durationNs: ns(user < 5 ? 900 : 10),
  });

describe('the cost of slowness', () => {
  const day = windowOf('2025-07-01', '2025-07-02', '2025-07-08T20:09:59Z');
  const request: SlownessRequest = {
    feature: 'load',
    slow: 'quartile',
    slowMs: 500,
    returnTo: 'feature',
    unit: 'user',
  };
  test('is the difference between days, with its interval, said as association', async () => {
    const { data, warnings, unit, complete } = await readSlowness(store, day, request);
    expect(data).toMatchObject({
      thresholdMs: 500,
      slow: { n: 40, actors: 40, returned: 10, rate: 0.25, immature: 1 },
      fast: { n: 40, actors: 40, returned: 30, rate: 0.75, immature: 0 },
      difference: { value: -0.5 },
      verdict: 'less',
    });
    expect(data.difference?.high).toBeLessThan(0);
    expect(data.slow.interval?.low).toBeCloseTo(0.1419, 4);
    expect(data.reading).toContain('association');
    expect(warnings.join()).toContain('association');
    expect([unit, complete]).toEqual(['days of users', false]);
  });

  test.each(['feature', 'any'] as const)(
    'of a name that never ran is refused, back to %s',
    async (returnTo) => {
      const asked = readSlowness(store, day, { ...request, feature: 'laod', returnTo });
      await expect(asked).rejects.toMatchObject({ code: 'FEATURE_UNKNOWN', suggestions: ['load'] });
    },
  );

  test('has no difference below thirty days on either side', async () => {
    const { data } = await readSlowness(store, day, { ...request, feature: 'rare' });
    expect(data).toMatchObject({
      slow: { n: 5 },
      fast: { n: 40 },
      difference: null,
      verdict: 'not_enough_data',
    });
  });

  test('pages of its days are those days', async () => {
    const cell = { side: 'slow', outcome: 'away' } as const;
    const seen: string[] = [];
    let after: string | undefined;
    for (let pages = 0; pages < 4; pages++) {
      const page = await readSlownessMembers(store, day, request, cell, { after, limit: 10 });
      seen.push(...page.rows.map(({ key }) => String(key)));
      expect(page.total).toBe(30);
      after = page.rows.at(-1)?.cursor;
      if (!page.truncated) break;
    }
    expect(new Set(seen).size).toBe(30);
    expect(seen).toContain('load 39');
  });

  test('by the worst quartile has the threshold of the range, and by tier none', async () => {
    const own = await readSlowness(store, day, { ...request, slowMs: undefined });
    expect(own.data.thresholdMs).toBe(10);
    expect(own.data.slow.n).toBe(40);
    const tier = await readSlowness(store, day, { ...request, slowMs: undefined, slow: 'tier' });
    expect(tier.data).toMatchObject({
      thresholdMs: null,
      slow: { n: 0, rate: null, interval: null },
      difference: null,
      verdict: 'not_enough_data',
    });
  });
});
