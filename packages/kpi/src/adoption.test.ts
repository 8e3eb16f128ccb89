/** Adoption beside plain loops over arrays that share no code with the SQL, and the cases whose answers are known. */
import type { AdoptionCell, AdoptionQuestion, AdoptionRow, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { oracleAdopters, oracleAdoption } from './testing/adoption-oracle.ts';
import { column, drawCondition, drawSelector, TEXTS, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Case {
  readonly world: EventWorld;
  readonly question: AdoptionQuestion;
}

/** In fewer some numbers are zero everywhere. */
const LEAST_WORLDS = 20;

const cases: Case[] = Array.from({ length: Math.max(LEAST_WORLDS, WORLDS) }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const world = createEventWorld({
    seed: index + 6000,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 80, 80]),
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

test('adoption is that of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  const seen = new Map<string, number>();
  for (const [index, { world, question }] of cases.entries()) {
    const answer = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    const label = `world ${String(index)} ${answer.statement.sql}`;
    expect(sorted(answer.rows), label).toEqual(sorted(oracleAdoption(world, question)));
    for (const { part, value } of answer.rows) seen.set(part, (seen.get(part) ?? 0) + value);
  }
  expect([...seen].filter(([, value]) => value === 0)).toEqual([]);
  expect(seen.size).toBe(9);
});

test('a number and its drill-down have as many members', { timeout: WORLDS_MS }, async () => {
  for (const [index, { world, question }] of cases.filter((_, one) => one % 2 === 0).entries()) {
    const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    const counts = rows.filter(({ part }) => part !== 'usesPerWeek' && part !== 'timeToAdopt');
    const { value, ...cell } = pickFrom(counts, createRandom(index + 99)());
    const output = { kind: 'members', cell: cell as AdoptionCell, limit: 100 } as const;
    const events = { ...question.events, asOf };
    const page = await store.ask({ ...question, events, output } as const);
    const label = `world ${String(index)} ${page.statement.sql}`;
    expect(page.total, label).toBe(value);
    const keys = page.rows.map(({ unit, key }) =>
      question.events.unit === 'user' ? `${unit} ${String(key)}` : String(key),
    );
    expect(keys.toSorted(), label).toEqual(oracleAdopters(world, question, cell as AdoptionCell));
  }
});

/** By place; medians to twelve digits, because their parts are added in another order. */
const sorted = (rows: readonly AdoptionRow[]): string[] =>
  rows
    .map(({ value, ...place }) => `${JSON.stringify(place, PLACE)} ${value.toPrecision(12)}`)
    .toSorted();
const PLACE = ['part', 'bucket', 'group', 'kind', 'value'];

function drawQuestion(
  pick: Pick,
  startMs: number,
  landed: readonly { readonly seq: bigint }[],
): AdoptionQuestion {
  const run = { source: 'run', names: 'any' } as const;
  const use = { ...run, statuses: ['success', 'partial'] } as const;
  const slots = pick([8, 8, 128]);
  const widthMs = (2 * HOUR_MS) / slots;
  const isEvery = pick([true, false]);
  let bucket = 0;
  const buckets = Array.from({ length: slots }, (_, slot) =>
    String(slot === 0 ? 0 : (bucket += isEvery ? 1 : pick([1, 1, 1, 0]))),
  );
  // As the table of all features asks.
  const isTable = pick([true, false, false]);
  const exposed = isTable ? null : pick([null, null, 1]);
  const selectors = isTable
    ? [use, run]
    : [
        pick([use, use, drawSelector(pick)]),
        pick([run, { source: 'event', names: 'any' } as const, drawSelector(pick)]),
      ];
  return {
    kind: 'adoption',
    events: {
      from: ns(startMs + pick([0, 0, widthMs / 3])),
      to: ns(startMs + pick([2, 2, 1.9]) * HOUR_MS),
      selectors,
      keepOthers: false,
      unit: isTable ? 'user' : pick(['user', 'user', 'session', 'trace'] as const),
      scope: isTable ? undefined : pick([undefined, undefined, undefined, drawCondition(pick, 2)]),
      group: pick([
        undefined,
        { by: column('feature'), top: pick([1, 10]) },
        { by: pick(TEXTS), top: pick([1, 2]) },
      ]),
      asOf: pick([undefined, undefined, undefined, pick([{ seq: 0n }, ...landed]).seq]),
    },
    eligible: isTable ? [1] : pick([[0, 1], [1], [0]]),
    exposed,
    minUses: pick([1, 2, 3, 3, 5]),
    minDays: pick([1, 2, 2, 3]),
    windowNs: ns(pick([0.25, 0.25, 0.5, 1, 2]) * HOUR_MS) + pick([0n, 1n]),
    endNs: ns(startMs + pick([1, 1.5, 2]) * HOUR_MS),
    slots: { origin: ns(startMs), width: ns(widthMs), buckets },
    isByBucket: pick([true, false]),
    output: { kind: 'numbers' },
  };
}
