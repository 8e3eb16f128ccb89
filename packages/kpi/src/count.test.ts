/** Counts beside plain loops over arrays that share no code with the SQL, on random worlds full of odd data. */
import type { CountQuestion, EligibleEvents, Measure, Store, Unit } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCount, readCountMembers, type CountRequest } from './count.ts';
import {
  namesakes,
  oracleCount,
  oracleMembers,
  oracleRows,
  oracleSampling,
} from './testing/count-oracle.ts';
import {
  attribute,
  column,
  drawCondition,
  drawSelector,
  TEXTS,
  type Pick,
} from './testing/draw-selector.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { parseWindow } from './window.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const MEASURES: readonly Measure[] = [
  { agg: 'count' },
  ...(['user', 'session', 'trace'] as const).map((on) => ({ agg: 'count_distinct', on }) as const),
  ...(['sum', 'mean', 'min', 'max'] as const).map(
    (agg) => ({ agg, on: column('durationMs') }) as const,
  ),
  { agg: 'count_values', on: attribute('amount') },
  { agg: 'count_filtered' },
  { agg: 'sum', on: attribute('amount') },
  { agg: 'mean', on: attribute('feature.efficiency') },
  { agg: 'percentile', p: 0.5, on: column('durationMs') },
  { agg: 'percentile', p: 0.95, on: attribute('feature.input.size') },
];

/** Places of those that have members. */
const COUNTABLE = MEASURES.flatMap(({ agg }, place) => (agg === 'count_filtered' ? [] : [place]));

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const ms = (value: number): bigint => BigInt(value) * 1_000_000n;

const close = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));

interface Case {
  readonly world: EventWorld;
  readonly question: CountQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const world = createEventWorld({
    seed: index + 1,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 40, 40]),
    moments: pick([2, 10, 40]),
  });
  return { world, question: drawQuestion(pick, startMs, [...world.spans, ...world.logs]) };
});

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: cases.flatMap(({ world }) => world.spans),
    logs: cases.flatMap(({ world }) => world.logs),
  });
});
afterAll(() => store.close());

test('counts are those of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  for (const [index, { world, question }] of cases.entries()) {
    const expected = oracleCount(world, question);
    const answer = await store.ask(question);
    const label = `world ${String(index)} ${answer.statement.sql}`;
    expect(answer.rows, label).toEqual(
      expected.map((row) => ({
        ...row,
        values: row.values.map(close),
      })),
    );
    expect(answer.total, label).toBe(expected.length);
    expect(answer.facts.rows, label).toBe(expected.reduce((sum, { rows }) => sum + rows, 0));
    const { sampled, adjusted } = oracleSampling(oracleRows(world, question.events));
    const filtered = namesakes(world, question.events, undefined).length;
    expect(answer.facts, label).toMatchObject({
      sampled,
      adjusted: expect.closeTo(adjusted, 6),
      filtered,
    });
    expect(answer.truncated).toBe(false);
  }
});

test('counts are the same from the archive, and tell what has been removed', async () => {
  const own = await openTestStore();
  try {
    const [startMs, dayMs] = [EPOCH_MS, 24 * HOUR_MS];
    const world = createEventWorld({
      seed: 1,
      startMs,
      lengthMs: 2 * HOUR_MS,
      count: 40,
      moments: 9,
    });
    await landWorld(own, world);
    const window = parseWindow(
      { from: String(startMs), to: String(startMs + 2 * HOUR_MS) },
      startMs + 30 * dayMs,
    );
    const request: CountRequest = {
      selectors: [
        { source: 'run', names: 'any' },
        { source: 'event', names: 'any' },
      ],
      unit: 'user',
      measures: MEASURES,
      interval: 'whole',
      group: { by: column('feature'), top: 2 },
    };
    const hot = await readCount(own, window, request);
    const upkeep = { nowMs: startMs + 30 * dayMs, hotDays: 1, maxBytes: 0, otherBytes: 0 };
    await own.keepUp({ ...upkeep, keepDays: 400 });
    const archived = await readCount(own, window, request);
    expect(archived.series).toEqual(hot.series);
    expect(archived.answer).toMatchObject({ facts: hot.answer.facts, asOf: hot.answer.asOf });

    await own.keepUp({ ...upkeep, keepDays: 7 });
    const removed = await readCount(own, window, request);
    expect(removed).toMatchObject({ series: [], answer: { facts: { rows: 0 } } });
    expect(removed.warnings.join()).toMatch(/^Raw data from before 2026-03-\S+ is not kept/u);
  } finally {
    await own.close();
  }
});

test('a count whose asker has gone is not made', async () => {
  const asked = cases
    .slice(0, 2)
    .map(({ question }) => store.ask(question, { signal: AbortSignal.abort() }));
  for (const outcome of await Promise.allSettled(asked))
    expect(outcome).toMatchObject({ reason: { code: 'STORE_QUERY_CANCELLED' } });
});

test('a number and its drill-down have as many members', { timeout: WORLDS_MS }, async () => {
  let cells = 0;
  for (const [index, { world, question }] of cases.entries()) {
    const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    const random = createRandom(index + 77);
    for (let n = 0; n < Math.min(3, rows.length); n++) {
      const { bucket, group, values } = pickFrom(rows, random());
      const measure = pickFrom(COUNTABLE, random());
      const cell = { bucket, group, measure };
      const asked = question.measures[measure];
      const isOfUsers = asked?.agg === 'count_distinct' && asked.on === 'user';
      const events = { ...question.events, asOf };
      const expected = oracleMembers(world, question, cell);
      const pages: string[] = [];
      let after: string | undefined;
      for (;;) {
        const output = { kind: 'members', cell, after, limit: 7 } as const;
        const page = await store.ask({ ...question, events, output } as const);
        const label = `world ${String(index)} ${page.statement.sql}`;
        expect(page.total, label).toBe(expected.length);
        pages.push(
          ...page.rows.map(({ key, unit }) => (isOfUsers ? `${unit} ${String(key)}` : String(key))),
        );
        after = page.rows.at(-1)?.cursor;
        if (!page.truncated) break;
      }
      expect(pages.toSorted(), `world ${String(index)}`).toEqual(expected);
      const isCount = asked?.agg === 'count' || asked?.agg === 'count_distinct';
      expect(isCount ? values[measure] : expected.length).toBe(expected.length);
      cells++;
    }
  }
  expect(cells).toBeGreaterThan(WORLDS);
});

describe('a count for people', () => {
  const REQUEST: CountRequest = {
    selectors: [{ source: 'run', names: 'any' }],
    unit: 'user',
    measures: [{ agg: 'count' }, { agg: 'mean', on: { kind: 'column', name: 'durationMs' } }],
    interval: '1h',
  };
  const LATER = EPOCH_MS + 4000 * HOUR_MS;
  const empty = parseWindow({ from: String(LATER - 3 * HOUR_MS), to: String(LATER) }, LATER);

  test('has every bucket, with 0 for counts of nothing and null for all else', async () => {
    const { series, warnings } = await readCount(store, empty, REQUEST);
    expect(series).toMatchObject([{ group: null, points: [{ values: [0, null] }, {}, {}] }]);
    expect(series[0]?.points.map(({ complete }) => complete)).toEqual([true, true, false]);
    expect(warnings).toEqual([]);
  });

  test('says what its numbers leave out, and its members are found again', async () => {
    const window = parseWindow(
      { from: String(EPOCH_MS), to: String(EPOCH_MS + WORLDS * 3 * HOUR_MS) },
      LATER,
    );
    const request: CountRequest = { ...REQUEST, interval: 'whole' };
    const { series, warnings, answer } = await readCount(store, window, request);
    expect(warnings.map((text) => text.replaceAll(/[\d.,]+/gu, '#'))).toEqual([
      '# runs and events of what is asked for come from senders that leave out other runs (feature#filter): rates over them mean nothing and are left out# counts cover only what was sent#',
      '# of # runs and events (# %) were sampled; they stand for about #: counts are of what was sent# and users# funnels and retention are not scaled#',
      '# of # runs and events (# %) carry no user and no session: they are in counts of runs and events# not in counts of users#',
      '# of # runs and events (# %) have no duration# as they end before they start or a time of theirs cannot be: they are in no number made of durations#',
    ]);
    const cell = { bucket: 0, group: null, measure: 0 };
    const page = { asOf: answer.asOf, limit: 1 };
    const members = await readCountMembers(store, window, request, cell, page);
    expect(members).toMatchObject({ total: series[0]?.points[0]?.values[0], truncated: true });
  });
});

function drawQuestion(
  pick: Pick,
  startMs: number,
  landed: readonly { readonly seq: bigint }[],
): CountQuestion {
  const selectors = Array.from({ length: pick([1, 2, 3]) }, () => drawSelector(pick));
  const [from, to] = [startMs + pick([0, 600_000]), startMs + pick([2, 1.5]) * HOUR_MS];
  const width = pick([HOUR_MS / 2, 2 * HOUR_MS]);
  const buckets = Array.from({ length: (2 * HOUR_MS) / width }, (_, index) => String(index));
  const events: EligibleEvents = {
    from: ms(from),
    to: ms(to),
    selectors,
    keepOthers: pick([false, false, false, true]),
    unit: pick<Unit>(['user', 'session', 'trace', 'attempt']),
    scope: pick([undefined, undefined, undefined, undefined, drawCondition(pick, 2)]),
    group: pick([undefined, { by: pick(TEXTS), top: pick([1, 2, 10]) }]),
    asOf: pick([undefined, undefined, undefined, pick([{ seq: 0n }, ...landed]).seq]),
    withOwn: pick([undefined, undefined, true]),
  };
  return {
    kind: 'count',
    events,
    slots: { origin: ms(startMs), width: ms(width), buckets },
    measures: MEASURES.map((measure) => ({
      ...measure,
      of: pick([undefined, undefined, [0], [selectors.length - 1, 0], []]),
    })),
    output: { kind: 'numbers' },
  };
}
