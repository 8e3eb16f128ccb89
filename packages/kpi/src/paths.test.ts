/** Paths beside sessions walked one by one, on random worlds full of equal times and odd data. */
import type { PathQuestion, PathRow, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawCondition, drawSelector, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, NAMES, type EventWorld } from './testing/event-world.ts';
import { oraclePathMembers, oraclePaths } from './testing/paths-oracle.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Case {
  readonly world: EventWorld;
  readonly question: PathQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 5 * HOUR_MS;
  const random = createRandom(index + 4001);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const world = createEventWorld({
    seed: index + 1,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 80]),
    moments: pick([2, 10, 40]),
  });
  const seqs = [0n, ...world.spans.map(({ seq }) => seq), ...world.logs.map(({ seq }) => seq)];
  return { world, question: drawQuestion(pick, startMs, seqs) };
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

test(
  'C4 paths are those of sessions walked one by one in every world',
  {
    timeout: WORLDS_MS,
  },
  async () => {
    let linked = 0;
    for (const [index, { world, question }] of cases.entries()) {
      const answer = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
      const label = `world ${String(index)} ${answer.statement.sql}`;
      expect(sorted(answer.rows), label).toEqual(sorted(oraclePaths(world, question)));
      linked += answer.rows.filter(({ from }) => from !== null).length;
    }
    expect(linked).toBeGreaterThan(WORLDS);
  },
);

test(
  'a number of a path and its drill-down have as many members',
  { timeout: WORLDS_MS },
  async () => {
    for (const [index, { world, question }] of cases.entries()) {
      const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
      if (rows.length === 0) continue;
      const { paths: _, actors, ...cell } = pickFrom(rows, createRandom(index + 99)());
      const output = { kind: 'members', cell, limit: 100 } as const;
      const events = { ...question.events, asOf };
      const page = await store.ask({ ...question, events, output } as const);
      const label = `world ${String(index)} ${page.statement.sql}`;
      expect(page.total, label).toBe(actors);
      const keys = page.rows.map(({ unit, key }) =>
        events.unit === 'user' ? `${unit} ${String(key)}` : String(key),
      );
      expect(keys.toSorted(), label).toEqual(oraclePathMembers(world, question, cell));
    }
  },
);

const sorted = (rows: readonly PathRow[]): string[] =>
  rows
    .map(({ depth, from, to, paths, actors }) => JSON.stringify([depth, from, to, paths, actors]))
    .toSorted();

function drawQuestion(pick: Pick, startMs: number, seqs: readonly bigint[]): PathQuestion {
  const anchor = pick([
    drawSelector(pick),
    { source: pick(['run', 'event'] as const), names: [pick(NAMES)] },
    { source: pick(['run', 'event'] as const), names: [pick(NAMES)] },
  ]);
  return {
    kind: 'path',
    events: {
      from: ns(startMs + pick([0, 0, 0.3]) * HOUR_MS),
      to: ns(startMs + pick([2, 2, 1.9]) * HOUR_MS),
      selectors: [
        anchor,
        ...pick([
          [
            { source: 'run', names: 'any' },
            { source: 'event', names: 'any' },
          ] as const,
          [{ source: 'run', names: 'any' }] as const,
          [drawSelector(pick)],
        ]),
      ],
      keepOthers: pick([false, false, true]),
      unit: pick(['user', 'user', 'session', 'trace'] as const),
      scope: pick([undefined, undefined, undefined, drawCondition(pick, 2)]),
      asOf: pick([undefined, undefined, undefined, pick(seqs)]),
    },
    direction: pick(['after', 'before'] as const),
    depth: pick([1, 2, 3, 5]),
    top: pick([1, 2, 3, 50]),
    gapNs: ns(pick([1, 60_000, 0.5 * HOUR_MS])),
    output: { kind: 'numbers' },
  };
}
