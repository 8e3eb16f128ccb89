/** Answers from the days of actors beside plain loops: of archived and hot days, late runs, runs that are not summed, cut days. */
import type {
  ActivityMeasure,
  ActivityQuestion,
  AdoptionQuestion,
  AdoptionRow,
  Answer,
  EligibleEvents,
  MemberRow,
  RetentionQuestion,
  Store,
} from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oracleActive, oracleActivity } from './testing/activity-oracle.ts';
import { oracleAdopters, oracleAdoption } from './testing/adoption-oracle.ts';
import { oracleRows } from './testing/count-oracle.ts';
import { drawSelector, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, type EventWorld } from './testing/event-world.ts';
import { oracleRetained, oracleRetention } from './testing/retention-oracle.ts';
import {
  createLanded,
  createRandom,
  landWorld,
  openTestStore,
  pickFrom,
  type PlainSpan,
} from './testing/world.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 1);
const DAYS = 12;
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

/** Each takes an archive of its own, so many questions are asked of one world. */
const QUESTIONS = 60;
const worlds: readonly EventWorld[] = Array.from(
  { length: Math.max(2, Math.ceil(WORLDS / QUESTIONS)) },
  (_, index) => {
    const { spans } = createEventWorld({
      seed: index + 9000,
      startMs: START_MS,
      lengthMs: DAYS * DAY_MS,
      count: 120 + 60 * (index % 4),
      moments: 80,
    });
    return { spans, logs: [] };
  },
);

const stores: Store[] = [];
beforeAll(async () => {
  for (const { spans } of worlds) {
    const store = await openTestStore();
    stores.push(store);
    const landed = createLanded();
    const [first, second] = [spans.length / 2, (spans.length * 3) / 4];
    const upkeep = { keepDays: 0, maxBytes: 0, otherBytes: 0, archive: { leastRows: 1 } };
    const nowMs = START_MS + DAYS * DAY_MS;
    await landWorld(store, spans.slice(0, first), [], landed);
    await store.keepUp({ nowMs, hotDays: DAYS - 4, ...upkeep });
    // Late for the archive, and summed apart from the others of their days.
    await landWorld(store, spans.slice(first, second), [], landed);
    await store.keepUp({ nowMs, hotDays: DAYS + 1, ...upkeep });
    // Not summed at all.
    await landWorld(store, spans.slice(second), [], landed);
  }
}, 600_000);
afterAll(() => Promise.all(stores.map((store) => store.close())));

interface Case {
  readonly label: string;
  readonly store: Store;
  readonly world: EventWorld;
  readonly pick: Pick;
}

const cases = (seed: number): Case[] =>
  Array.from({ length: 2 * WORLDS }, (_, index): Case => {
    const random = createRandom(seed + index);
    const place = ((index % worlds.length) + 0.5) / worlds.length;
    return {
      label: `question ${String(index)}`,
      store: pickFrom(stores, place),
      world: pickFrom(worlds, place),
      pick: (items) => pickFrom(items, random()),
    };
  });

const ANY = { source: 'run', names: 'any' } as const;

/** Mostly what days can tell. */
function drawEvents(pick: Pick, { spans }: EventWorld): EligibleEvents {
  const cut = [0, 0, 5 * HOUR_MS, DAY_MS, 2.3 * DAY_MS];
  return {
    from: ns(START_MS + pick(cut)) + pick([0n, 0n, 1n]),
    to: ns(START_MS + DAYS * DAY_MS - pick(cut)),
    selectors: [ANY],
    keepOthers: false,
    unit: pick(['user', 'user', 'user', 'session'] as const),
    asOf: pick([undefined, undefined, pick([{ seq: 0n }, ...spans]).seq]),
  };
}

/** Days of UTC, of zones with whole and half hours, and days of two days. */
function drawSlots(pick: Pick): ActivityQuestion['slots'] {
  const shiftMs = pick([0, 0, 0, HOUR_MS, 5.5 * HOUR_MS]);
  const width = ns(DAY_MS);
  const of = pick([1, 1, 2]);
  return {
    origin: ns(START_MS - shiftMs),
    width,
    buckets: Array.from({ length: DAYS + 1 }, (_, day) => String(Math.floor(day / of))),
  };
}

/** What is said of the rows of an answer. */
function factsOf({ facts, asOf }: Answer<unknown>, events: EligibleEvents): object {
  const { rows, nobody, untimed, filtered, sampled } = facts;
  return { rows, nobody, untimed, filtered, sampled, isAsOf: asOf === (events.asOf ?? asOf) };
}

function oracleFacts(world: EventWorld, events: EligibleEvents): object {
  const runs = new Set(oracleRows(world, events).map(({ seq }) => seq));
  const spans = world.spans.filter(({ seq }) => runs.has(seq));
  const count = (is: (span: PlainSpan) => boolean): number =>
    spans.filter((span) => is(span)).length;
  return {
    rows: spans.length,
    nobody: count(
      (span) => (events.unit === 'user' ? (span.user ?? span.session) : span.session) === null,
    ),
    untimed: count(({ negative }) => negative),
    filtered: count(({ filtered }) => filtered),
    sampled: count(({ threshold }) => threshold !== undefined),
    isAsOf: true,
  };
}

const keysOf = (page: Answer<MemberRow>, { unit: counted }: EligibleEvents): string[] =>
  page.rows
    .map(({ unit, key }) => (counted === 'user' ? `${unit} ${String(key)}` : String(key)))
    .toSorted();

/** How many of so many questions were told from days, so that the test cannot come to pass them by. */
const isTold = ({ statement }: Answer<unknown>): boolean => statement.sql.includes('active_day');

test('activity is that of plain loops', { timeout: WORLDS_MS }, async () => {
  let told = 0;
  for (const { label, store, world, pick } of cases(1)) {
    const events = drawEvents(pick, world);
    const question: ActivityQuestion = {
      kind: 'activity',
      events,
      slots: drawSlots(pick),
      measure: pick<ActivityMeasure>([
        { kind: 'spread' },
        { kind: 'lifecycle' },
        { kind: 'lifecycle' },
        { kind: 'trailing', spans: [1, 3, 7] },
      ]),
      output: { kind: 'numbers' },
    };
    const answer = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    told += isTold(answer) ? 1 : 0;
    expect(answer.rows, `${label} ${answer.statement.sql}`).toEqual(
      oracleActivity(world, question),
    );
    expect(factsOf(answer, events), label).toEqual(oracleFacts(world, events));
    if (answer.rows.length === 0) continue;
    const { actors, at, ...rest } = pick(answer.rows);
    const cell = { ...rest, from: at, to: at };
    const page = await store.ask({
      ...question,
      events: { ...events, asOf: answer.asOf },
      output: { kind: 'members', cell, limit: 100 },
    } as const);
    expect(page.total, label).toBe(actors);
    expect(keysOf(page, events), label).toEqual(oracleActive(world, question, cell));
  }
  expect(told).toBeGreaterThan(WORLDS / 2);
});

test('retention is that of plain loops', { timeout: WORLDS_MS }, async () => {
  let told = 0;
  for (const { label, store, world, pick } of cases(10_001)) {
    const drawn = drawEvents(pick, world);
    const firstDay = pick([0, 1, 3]);
    const occurrence = pick(['first', 'any'] as const);
    const from = ns(START_MS + firstDay * DAY_MS);
    const events = {
      ...drawn,
      from: occurrence === 'first' ? pick([0n, ns(START_MS)]) : from,
      selectors: [ANY, ANY],
    };
    const question: RetentionQuestion = {
      kind: 'retention',
      events,
      cohorts: { from, to: pick([events.to, events.to, from + ns(4 * DAY_MS)]) },
      occurrence,
      slots: drawSlots(pick),
      rollingNs: pick([null, null, null, ns(DAY_MS)]),
      columns: pick([
        [0, 1, 2, 3],
        [0, 1, 2, 2, 3, 3, 3, 3],
      ]),
      criterion: pick(['on', 'on_or_after', 'on_or_before', 'streak'] as const),
      minReturns: pick([1, 1, 2]),
      isSame: true,
      isGroupKept: false,
      output: { kind: 'numbers' },
    };
    const answer = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    told += isTold(answer) ? 1 : 0;
    expect(answer.rows, `${label} ${answer.statement.sql}`).toEqual(
      oracleRetention(world, question),
    );
    expect(factsOf(answer, events), label).toEqual(oracleFacts(world, events));
    if (answer.rows.length === 0) continue;
    const { actors, ...cell } = pick(answer.rows);
    const page = await store.ask({
      ...question,
      events: { ...events, asOf: answer.asOf },
      output: { kind: 'members', cell, limit: 100 },
    } as const);
    expect(page.total, label).toBe(actors);
    expect(keysOf(page, events), label).toEqual(oracleRetained(world, question, cell));
  }
  expect(told).toBeGreaterThan(WORLDS / 4);
});

test('adoption is that of plain loops', { timeout: WORLDS_MS }, async () => {
  let told = 0;
  for (const { label, store, world, pick } of cases(20_001)) {
    const use = { ...ANY, statuses: ['success', 'partial'] } as const;
    const selector = pick([use, { ...drawSelector(pick), source: 'run' as const }]);
    const events = { ...drawEvents(pick, world), selectors: [selector, ANY] };
    const question: AdoptionQuestion = {
      kind: 'adoption',
      events,
      eligible: [1],
      exposed: null,
      minUses: pick([1, 2, 3]),
      minDays: pick([1, 2, 3]),
      windowNs: ns(pick([1, 3, 28]) * DAY_MS) + pick([0n, 1n]),
      endNs: events.to,
      slots: drawSlots(pick),
      isByBucket: pick([true, false]),
      output: { kind: 'numbers' },
    };
    const answer = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    told += isTold(answer) ? 1 : 0;
    const sql = `${label} ${answer.statement.sql}`;
    expect(sorted(answer.rows), sql).toEqual(sorted(oracleAdoption(world, question)));
    expect(factsOf(answer, events), label).toEqual(oracleFacts(world, events));
    const counts = answer.rows.flatMap(({ part, value, ...cell }) =>
      part === 'usesPerWeek' || part === 'timeToAdopt' ? [] : [{ ...cell, part, value }],
    );
    const { value, ...cell } = pick(counts);
    const page = await store.ask({
      ...question,
      events: { ...events, asOf: answer.asOf },
      output: { kind: 'members', cell, limit: 100 },
    } as const);
    expect(page.total, label).toBe(value);
    expect(keysOf(page, events), label).toEqual(oracleAdopters(world, question, cell));
  }
  expect(told).toBeGreaterThan(WORLDS / 2);
});

/** By place; medians to twelve digits, because their parts are added in another order. */
const sorted = (rows: readonly AdoptionRow[]): string[] =>
  rows
    .map(({ part, bucket, value }) => `${part} ${String(bucket)} ${value.toPrecision(12)}`)
    .toSorted();
