/** Feedback beside plain loops over arrays that share no code with the SQL, and the cases whose answers are known. */
import type { FeedbackQuestion, FeedbackRow, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { column, drawCondition, TEXTS, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, type EventWorld } from './testing/event-world.ts';
import { oracleAnswers, oracleFeedback } from './testing/feedback-oracle.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Case {
  readonly world: EventWorld;
  readonly question: FeedbackQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const { spans, logs } = createEventWorld({
    seed: index + 7000,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 80]),
    moments: pick([2, 10, 40]),
  });
  const answers = logs.map((log) => ({ ...log, attributes: drawScore(pick) }));
  const landed = [...spans, ...logs];
  return { world: { spans, logs: answers }, question: drawQuestion(pick, startMs, landed) };
});

/** Scores within, at and beyond their scale, as numbers and as texts, or none at all. */
function drawScore(pick: Pick): string {
  const score = pick([0, 1, 2.5, 3, 4.49, 4.5, 5, 7, 10, 50, -1, '3', 'three', null]);
  const scale = pick([5, 5, 5, 7, 4.5, 10, 100, '5', 0, null]);
  return JSON.stringify({ 'feature.feedback.score': score, 'feature.feedback.scale': scale });
}

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: cases.flatMap(({ world }) => world.spans),
    logs: cases.flatMap(({ world }) => world.logs),
  });
});
afterAll(() => store.close());

test('feedback is that of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  const seen = new Map<string, number>();
  for (const [index, { world, question }] of cases.entries()) {
    const answer = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    const label = `world ${String(index)} ${answer.statement.sql}`;
    expect(sorted(answer.rows), label).toEqual(sorted(oracleFeedback(world, question)));
    for (const { part, count } of answer.rows) seen.set(part, (seen.get(part) ?? 0) + count);
  }
  expect(seen.size).toBe(5);
});

test('a number and its drill-down have as many members', { timeout: WORLDS_MS }, async () => {
  for (const [index, { world, question }] of cases.filter((_, one) => one % 2 === 0).entries()) {
    const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
    if (rows.length === 0) continue;
    const { count, sum: _, ...cell } = pickFrom(rows, createRandom(index + 99)());
    const output = { kind: 'members', cell, limit: 100 } as const;
    const events = { ...question.events, asOf };
    const page = await store.ask({ ...question, events, output } as const);
    const label = `world ${String(index)} ${page.statement.sql}`;
    expect(page.total, label).toBe(count);
    const isUser = cell.part !== 'answers' && cell.part !== 'scored' && events.unit === 'user';
    const keys = page.rows.map(({ unit, key }) =>
      isUser ? `${unit} ${String(key)}` : String(key),
    );
    expect(keys.toSorted(), label).toEqual(oracleAnswers(world, question, cell));
  }
});

/** By place; sums to twelve digits, because their parts are added in another order. */
const sorted = (rows: readonly FeedbackRow[]): string[] =>
  rows
    .map(({ sum, ...place }) => `${JSON.stringify(place, PLACE)} ${sum?.toPrecision(12) ?? ''}`)
    .toSorted();
const PLACE = ['part', 'scale', 'point', 'group', 'kind', 'value', 'count'];

function drawQuestion(
  pick: Pick,
  startMs: number,
  landed: readonly { readonly seq: bigint }[],
): FeedbackQuestion {
  return {
    kind: 'feedback',
    events: {
      from: ns(startMs + pick([0, 0, 0.3]) * HOUR_MS),
      to: ns(startMs + pick([2, 2, 1.9]) * HOUR_MS),
      selectors: [
        { source: 'event', names: pick([['view'], ['view', 'add'], 'any'] as const) },
        { source: 'run', names: 'any' },
      ],
      keepOthers: false,
      unit: pick(['user', 'user', 'session', 'trace'] as const),
      scope: pick([undefined, undefined, undefined, drawCondition(pick, 2)]),
      group: pick([
        { by: column('feature'), top: 10 },
        { by: pick(TEXTS), top: pick([1, 2]) },
      ]),
      asOf: pick([undefined, undefined, undefined, pick([{ seq: 0n }, ...landed]).seq]),
    },
    output: { kind: 'numbers' },
  };
}
