/** Activity beside plain loops over arrays that share no code with the SQL, and the cases whose answers are known. */
import type { ActivityMeasure, ActivityQuestion, Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ActivityRequest } from './activity.ts';
import { readFrequency } from './frequency.ts';
import { readLifecycle } from './lifecycle.ts';
import { readStickiness } from './stickiness.ts';
import { MIDNIGHTS } from './testing/midnights.ts';
import { oracleActive, oracleActivity } from './testing/activity-oracle.ts';
import { drawCondition, drawSelector, TEXTS, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import {
  createRandom,
  openTestStore,
  pickFrom,
  PLAIN_SPAN,
  type PlainSpan,
} from './testing/world.ts';
import { parseWindow, type Window } from './window.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const NONE = [undefined, undefined, undefined, undefined];
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Case {
  readonly world: EventWorld;
  readonly question: ActivityQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const seed = index + 9000;
  const count = pick([1, 8, 40, 80, 80]);
  const moments = pick([2, 10, 40]);
  const world = createEventWorld({ seed, startMs, lengthMs: 2 * HOUR_MS, count, moments });
  return { world, question: drawQuestion(pick, startMs, [...world.spans, ...world.logs]) };
});

const scenes: PlainSpan[] = [];

/** Days on which users ran a feature that no other scene has; gives its name. */
function scene(days: Readonly<Record<string, readonly string[]>>): string {
  const feature = `scene ${String(scenes.length)}`;
  for (const [user, times] of Object.entries(days))
    for (const time of times) {
      const seq = BigInt(scenes.length + 1);
      const startNs = ns(Date.parse(time.length > 10 ? time : `${time}T12:00:00Z`));
      scenes.push({ ...PLAIN_SPAN, seq, spanId: seq, startNs, user, feature });
    }
  return feature;
}

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: [...cases.flatMap(({ world }) => world.spans), ...scenes],
    logs: cases.flatMap(({ world }) => world.logs),
  });
});
afterAll(() => store.close());

test('activity is that of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  let numbers = 0;
  for (const [index, { world, question }] of cases.entries()) {
    const answer = await store.ask(question);
    expect(answer.rows, `world ${String(index)} ${answer.statement.sql}`).toEqual(
      oracleActivity(world, question),
    );
    numbers += answer.rows.length;
  }
  expect(numbers).toBeGreaterThan(2 * WORLDS);
});

test('a number and its drill-down have as many members', { timeout: WORLDS_MS }, async () => {
  for (const [index, { world, question }] of cases.entries()) {
    const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    if (rows.length === 0) continue;
    const { actors, at, ...rest } = pickFrom(rows, createRandom(index + 99)());
    const cell = { ...rest, from: at, to: at };
    const output = { kind: 'members', cell, limit: 100 } as const;
    const events = { ...question.events, asOf };
    const page = await store.ask({ ...question, events, output } as const);
    const label = `world ${String(index)} ${page.statement.sql}`;
    expect(page.total, label).toBe(actors);
    const keys = page.rows.map(({ unit, key }) =>
      question.events.unit === 'user' ? `${unit} ${String(key)}` : String(key),
    );
    expect(keys.toSorted(), label).toEqual(oracleActive(world, question, cell));
  }
});

test('numbers come whole or not at all', async () => {
  const [hour, day] = [ns(HOUR_MS), ns(24 * HOUR_MS)];
  const buckets = Array.from({ length: 2000 }, (_, index) => String(index));
  const question: ActivityQuestion = {
    kind: 'activity',
    events: {
      from: ns(EPOCH_MS),
      to: ns(EPOCH_MS) + day,
      selectors: [{ source: 'run', names: 'any' }],
      keepOthers: false,
      unit: 'user',
    },
    slots: { origin: ns(EPOCH_MS), width: hour, buckets },
    measure: { kind: 'trailing', spans: [1, 2, 3, 4, 5] },
    output: { kind: 'numbers' },
  };
  expect((await store.ask(question)).rows).toHaveLength(10_000);
  const more: ActivityQuestion = {
    ...question,
    measure: { kind: 'trailing', spans: [1, 2, 3, 4, 5, 6] },
  };
  await expect(store.ask(more)).rejects.toMatchObject({
    code: 'STORE_ANSWER_TOO_LARGE',
    message: expect.stringMatching(/would have 12000 numbers.*fewer groups/u),
  });
});

function drawQuestion(
  pick: Pick,
  startMs: number,
  landed: readonly { readonly seq: bigint }[],
): ActivityQuestion {
  const measure = pick<ActivityMeasure>([
    { kind: 'spread' },
    { kind: 'lifecycle' },
    { kind: 'lifecycle' },
    { kind: 'trailing', spans: [1, 3, 7] },
  ]);
  const plain = { source: 'run', names: 'any' } as const;
  // Some take the bits of a small number, some those of a large one, some more than that has.
  const widthMs = HOUR_MS / pick([12, 4, 4, 40, 200]);
  const originMs = startMs + (measure.kind === 'lifecycle' ? pick([0, HOUR_MS / 2]) : 0);
  let bucket = 0;
  const buckets = Array.from({ length: (2 * HOUR_MS) / widthMs }, (_, slot) =>
    String(slot === 0 ? 0 : (bucket += pick([1, 1, 1, 0]))),
  );
  const by = { by: pick(TEXTS), top: pick([1, 2, 10]) };
  return {
    kind: 'activity',
    events: {
      from: ns(startMs),
      to: ns(startMs + pick([2, 1.9]) * HOUR_MS),
      selectors: pick([[plain], [plain, { source: 'event', names: 'any' }], [drawSelector(pick)]]),
      keepOthers: false,
      unit: pick(['user', 'user', 'session', 'trace'] as const),
      scope: pick([...NONE, ...NONE, drawCondition(pick, 2)]),
      group: measure.kind === 'trailing' ? undefined : pick([undefined, by]),
      asOf: pick([...NONE, ...NONE, pick([{ seq: 0n }, ...landed]).seq]),
    },
    slots: { origin: ns(originMs), width: ns(widthMs), buckets },
    measure,
    output: { kind: 'numbers' },
  };
}

const windowOf = (
  from: string,
  to: string,
  timeZone = 'UTC',
  now = '2030-01-01T00:00:00Z',
): Window => parseWindow({ from, to, timeZone }, Date.parse(now));

const requestOf = (feature: string, changes: Partial<ActivityRequest> = {}): ActivityRequest => ({
  feature,
  unit: 'user',
  interval: '1d',
  top: 10,
  ...changes,
});

const week = scene({
  daily: Array.from({ length: 40 }, (_, day) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString()),
  monday: ['2025-01-06', '2025-01-13', '2025-01-20', '2025-01-27', '2025-02-03'],
  once: ['2025-02-04'],
  gone: ['2025-01-01'],
});

describe('stickiness', () => {
  test('of exactly and at least so many days, and DAU, WAU, MAU with the days before the range', async () => {
    const window = windowOf('2025-02-01', '2025-02-08');
    const { data, sampleSize, unit } = await readStickiness(store, window, requestOf(week));
    expect(data.series[0]?.steps.map(({ exactly }) => exactly)).toEqual([2, 0, 0, 0, 0, 0, 1]);
    expect(data.series[0]?.steps.map(({ atLeast }) => atLeast)).toEqual([3, 1, 1, 1, 1, 1, 1]);
    expect(data.series[0]?.steps[0]).toMatchObject({ exactlyShare: 2 / 3, atLeastShare: 1 });
    expect(data.days.map(({ dau, wau, mau }) => [dau, wau, mau])).toEqual([
      [1, 2, 2],
      [1, 2, 2],
      [2, 2, 2],
      [2, 3, 3],
      [1, 3, 3],
      [1, 3, 3],
      [1, 3, 3],
    ]);
    expect(data.ratios).toEqual({
      day: '2025-02-07T00:00:00.000Z',
      dauWau: 9 / 7 / 3,
      dauMau: (28 + 4 + 1) / 28 / 3,
      wauMau: 1,
      fiveOfSeven: 1 / 3,
    });
    // Seven runs of one, and one each of two others.
    expect([sampleSize, unit]).toEqual([{ unit: 'runs and events', n: 9 }, 'users']);
  });

  test('a day that runs enters no mean of days', async () => {
    const window = windowOf('2025-02-05', '2025-02-08', 'UTC', '2025-02-07T01:00:00Z');
    const { data } = await readStickiness(store, window, requestOf(week));
    expect(data.days.map(({ complete, dauMau }) => [complete, dauMau])).toEqual([
      [true, (28 + 4 + 1) / 28 / 3],
      [true, (28 + 4 + 1) / 28 / 3],
      [false, null],
    ]);
  });

  test('leaves out intervals that are not complete, and says so where none is', async () => {
    const cut = windowOf('2025-02-03T06:00', '2025-02-06T06:00');
    const { data } = await readStickiness(store, cut, requestOf(week));
    expect([data.from, data.to, data.intervals]).toEqual([
      '2025-02-04T00:00:00.000Z',
      '2025-02-06T00:00:00.000Z',
      2,
    ]);
    expect(data.series[0]?.actors).toBe(2);
    const short = windowOf('2025-02-03T06:00', '2025-02-03T18:00');
    const none = await readStickiness(store, short, requestOf(week));
    expect(none.data).toMatchObject({
      intervals: 0,
      from: null,
      ratios: { day: null, dauMau: null },
    });
    expect(none.warnings.join()).toContain('No interval of this range is complete');
  });

  test.each(
    MIDNIGHTS.map(({ timeZone, from, first, last, next }) => ({
      timeZone,
      from,
      next,
      feature: scene({ early: [first], late: [last], tomorrow: [next] }),
    })),
  )(
    'in $timeZone the day of $from ends at its own midnight',
    async ({ timeZone, from, next, feature }) => {
      const window = windowOf(from, next, timeZone);
      const { data } = await readStickiness(store, window, requestOf(feature));
      expect(data.days.map(({ dau }) => dau)).toEqual([2]);
    },
  );
});

describe('lifecycle', () => {
  test('tells new, returning, resurrecting and dormant, by all history', async () => {
    const window = windowOf('2025-01-06', '2025-02-10');
    const { data } = await readLifecycle(store, window, requestOf(week, { interval: '1w' }));
    expect(
      data[0]?.points.map((point) => [
        point.new,
        point.returning,
        point.resurrecting,
        point.dormant,
      ]),
    ).toEqual([
      [1, 1, 0, -1],
      [0, 2, 0, 0],
      [0, 2, 0, 0],
      [0, 2, 0, 0],
      [1, 2, 0, 0],
    ]);
  });

  const pause = scene({ a: ['2025-01-01', '2025-01-04'], b: ['2025-01-03', '2025-01-04'] });
  test('a pause makes resurrecting, and nobody dormant is minus nothing', async () => {
    const window = windowOf('2025-01-03', '2025-01-06', 'UTC', '2025-01-05T12:00:00Z');
    const { data } = await readLifecycle(store, window, requestOf(pause));
    expect(data[0]?.points).toMatchObject([
      { new: 1, returning: 0, resurrecting: 0, dormant: 0, complete: true },
      { new: 0, returning: 1, resurrecting: 1, dormant: 0, complete: true },
      { new: 0, returning: 0, resurrecting: 0, dormant: -2, complete: false },
    ]);
  });
});

describe('a split', () => {
  const split = scene({
    ...Object.fromEntries(
      Array.from({ length: 5 }, (_, at) => [`old ${String(at)}`, ['2024-06-01']]),
    ),
    now: ['2025-05-02'],
  });
  test('is by the range: a group that was large before it is no larger for that', async () => {
    const window = windowOf('2025-05-01', '2025-05-03');
    const request = requestOf(split, { by: 'user', top: 1 });
    const { data: lives } = await readLifecycle(store, window, request);
    const { data: counts } = await readFrequency(store, window, request);
    expect(lives[0]?.group).toBe('now');
    expect(lives[0]?.points.map((point) => point.new)).toEqual([0, 1]);
    expect(counts.map(({ group }) => group)).toEqual(['now']);
  });
});

describe('frequency', () => {
  test('S4-31 has mean, median and bins of runs and of days', async () => {
    const window = windowOf('2025-02-01', '2025-02-08');
    const { data } = await readFrequency(store, window, requestOf(week));
    expect(data[0]).toMatchObject({ actors: 3, runs: { mean: 3, median: 1, max: 7 } });
    expect(data[0]?.intervals.p90).toBeCloseTo(1 + 0.8 * 6, 12);
    expect(data[0]?.runs.bins.map(({ from, to, actors }) => [from, to, actors])).toContainEqual([
      6, 10, 1,
    ]);
  });

  test('of nobody has no mean, and an unknown name is told', async () => {
    const { data } = await readFrequency(
      store,
      windowOf('2020-02-01', '2020-02-08'),
      requestOf(week),
    );
    expect(data).toMatchObject([{ actors: 0, runs: { mean: null, median: null, max: null } }]);
    await expect(
      readFrequency(store, windowOf('2025-02-01', '2025-02-08'), requestOf('scene one')),
    ).rejects.toMatchObject({ code: 'FEATURE_UNKNOWN' });
  });

  test('counts in groups whoever was active in them, and explains itself', async () => {
    const request = requestOf(week, { by: 'user', top: 1, event: 'any' });
    const { data, warnings, explain } = await readFrequency(
      store,
      windowOf('2025-02-01', '2025-02-08'),
      request,
    );
    expect(data.map(({ group, actors }) => [group, actors])).toEqual([
      ['daily', 1],
      ['$other', 2],
    ]);
    expect(warnings).toEqual([expect.stringContaining('do not add up')]);
    expect(explain.command).toBe(
      `heartwood frequency show '--feature=${week}' --event=any --by=user --unit user --interval 1d --top 1 --from 2025-02-01T00:00:00.000Z --to 2025-02-08T00:00:00.000Z --time-zone UTC`,
    );
    expect(explain.statements[0]?.sql).toMatch(/^WITH eligible AS/u);
  });
});
