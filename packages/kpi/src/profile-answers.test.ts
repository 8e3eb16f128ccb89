/** Profiles of events beside plain loops over arrays that share no code with the SQL, and the cases whose answers are known. */
import type { ProfileQuestion, ProfileRow, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawCondition, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, NAMES, type EventWorld } from './testing/event-world.ts';
import { oracleProfile } from './testing/profile-oracle.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const SAMPLED_MS = EPOCH_MS - 24 * HOUR_MS;
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

interface Case {
  readonly world: EventWorld;
  readonly question: ProfileQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 3 * HOUR_MS;
  const random = createRandom(index + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const { logs } = createEventWorld({
    seed: index + 9000,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([1, 8, 40, 120]),
    moments: pick([2, 10, 40]),
  });
  const carried = logs.map((log) => ({
    ...log,
    attributes: JSON.stringify({
      ...(JSON.parse(log.attributes) as object),
      ...drawOdd(pick),
    }),
  }));
  return { world: { spans: [], logs: carried }, question: drawQuestion(pick, startMs, carried) };
});

/** A thousand events of two names that take turns, and one of a third name. */
const turns: EventWorld = {
  spans: [],
  logs: createEventWorld({
    seed: 8999,
    startMs: SAMPLED_MS,
    lengthMs: HOUR_MS,
    count: 2100,
    moments: 40,
  })
    .logs.filter(({ event }) => event !== null)
    .slice(0, 901)
    .map((log, index) => ({
      ...log,
      event: index === 900 ? 'once' : index % 2 === 0 ? 'tick' : 'tock',
      attributes: index % 3 === 0 ? '{"a":1}' : '{}',
    })),
};

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: [],
    logs: [...cases.flatMap(({ world }) => world.logs), ...turns.logs],
  });
});
afterAll(() => store.close());

test('profiles are those of plain loops in every world', { timeout: WORLDS_MS }, async () => {
  const types = new Set<string>();
  for (const [index, { world, question }] of cases.entries()) {
    const answer = await store.ask(question);
    const label = `world ${String(index)} ${answer.statement.sql}`;
    expect(sorted(answer.rows), label).toEqual(sorted(oracleProfile(world, question)));
    for (const row of answer.rows) for (const type of Object.keys(row.types)) types.add(type);
  }
  expect([...types].toSorted()).toEqual([
    'array',
    'boolean',
    'bytes',
    'integer',
    'null',
    'number',
    'object',
    'string',
  ]);
});

test('events beyond the sample are left out by chance, and counted all the same', async () => {
  const question: ProfileQuestion = {
    kind: 'profile',
    events: {
      from: ns(SAMPLED_MS),
      to: ns(SAMPLED_MS + HOUR_MS),
      selectors: [{ source: 'event', names: 'any' }],
      keepOthers: false,
      unit: 'user',
    },
    sample: 100,
    output: { kind: 'numbers' },
  };
  const { rows } = await store.ask(question);
  const named = rows.filter(({ property }) => property === null);
  expect(named.map(({ event, records }) => [event, records])).toEqual([
    ['once', 1],
    ['tick', 450],
    ['tock', 450],
  ]);
  for (const { event, sampled } of named) {
    expect(sampled, event).toBeGreaterThan(event === 'once' ? 0 : 50);
    expect(sampled, event).toBeLessThan(150);
  }
  const { rows: again } = await store.ask(question);
  expect(again).toEqual(rows);
});

test.each([
  ['runs', { selectors: [{ source: 'run', names: 'any' }] }, {}, 'only events'],
  ['a breakdown', { group: { by: { kind: 'resource', key: 'a' }, top: 1 } }, {}, 'no breakdown'],
  ['no sample', {}, { sample: 0 }, '0 events'],
  ['too large a sample', {}, { sample: 100_001 }, '100001 events'],
  ['members', {}, { output: { kind: 'members', limit: 1 } }, 'no members'],
] as const)('a profile of %s is refused', async (_case, events, change, reason) => {
  const question = cases.map((one) => one.question).at(0);
  if (question === undefined) throw new Error('no world');
  const asked = { ...question, events: { ...question.events, ...events }, ...change };
  await expect(store.ask(asked as unknown as ProfileQuestion)).rejects.toThrow(
    expect.objectContaining({
      code: 'STORE_QUESTION_INVALID',
      message: expect.stringContaining(reason),
    }),
  );
});

const sorted = (rows: readonly ProfileRow[]): ProfileRow[] =>
  rows
    .map((row) => ({ ...row, values: [...row.values] }))
    .toSorted((a, b) =>
      `${a.event} ${a.property ?? ''}` < `${b.event} ${b.property ?? ''}` ? -1 : 1,
    );

/** What no sender of good will gives, and what lies in the store in a form of its own. */
function drawOdd(pick: Pick): Record<string, unknown> {
  const drawn: Record<string, unknown> = {
    'file.size': pick([1, 2, 3, -4, 2 ** 53, 0.5, null]),
    free: `text ${String(pick(Array.from({ length: 60 }, (_, index) => index)))}`,
    long: 'x'.repeat(pick([97, 98, 99, 5000])),
    odd: pick([{ $double: 'NaN' }, { $bytes: 'AP8=' }, { $map: { $x: 1 } }, { a: { b: 1 } }]),
    "'; DROP TABLE logs; --": true,
    '': 1,
  };
  return Object.fromEntries(Object.entries(drawn).filter(() => pick([true, true, false])));
}

function drawQuestion(
  pick: Pick,
  startMs: number,
  logs: readonly { readonly seq: bigint }[],
): ProfileQuestion {
  return {
    kind: 'profile',
    events: {
      from: ns(startMs + pick([0, 0, 0.3]) * HOUR_MS),
      to: ns(startMs + pick([2, 2, 1.9]) * HOUR_MS),
      selectors: [
        { source: 'event', names: pick(['any', 'any', [pick(NAMES), 'no such']] as const) },
      ],
      keepOthers: false,
      unit: 'user',
      scope: pick([undefined, undefined, undefined, drawCondition(pick, 2)]),
      asOf: pick([undefined, undefined, undefined, pick([{ seq: 0n }, ...logs]).seq]),
      withOwn: pick([undefined, true]),
    },
    sample: pick([1000, 100_000]),
    output: { kind: 'numbers' },
  };
}
