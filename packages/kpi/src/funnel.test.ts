/** Funnels beside every chain tried one by one, on random worlds full of equal times and odd data. */
import type { Condition, FunnelExclusion, FunnelQuestion, Store, Unit } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { column, drawCondition, drawSelector, TEXTS, type Pick } from './testing/draw-selector.ts';
import { createEventWorld, landWorld, NAMES, type EventWorld } from './testing/event-world.ts';
import {
  oracleFilteredOfFunnel,
  oracleFunnel,
  oracleFunnelMembers,
} from './testing/funnel-oracle.ts';
import { createRandom, openTestStore, pickFrom } from './testing/world.ts';
import { WORLDS, WORLDS_MS } from './testing/worlds.ts';

const HOUR_MS = 3_600_000;
const EPOCH_MS = Date.UTC(2026, 2, 1);
const ms = (value: number): bigint => BigInt(value) * 1_000_000n;
const close = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 6));

const IN_SHOP: Condition = {
  kind: 'compare',
  property: column('service'),
  op: '=',
  value: 'shop',
};

interface Case {
  readonly world: EventWorld;
  readonly question: FunnelQuestion;
}

const cases: Case[] = Array.from({ length: WORLDS }, (_, index): Case => {
  const startMs = EPOCH_MS + index * 5 * HOUR_MS;
  const random = createRandom(index + 1001);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const world = createEventWorld({
    seed: index + 1,
    startMs,
    lengthMs: 2 * HOUR_MS,
    count: pick([8, 40, 40, 40]),
    moments: pick([2, 6, 12, 40]),
  });
  return { world, question: drawAttempts(pick, drawFunnel(pick, startMs)) };
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

test('funnels are those of all chains in every world', { timeout: WORLDS_MS }, async () => {
  let converted = 0;
  for (const [index, { world, question }] of cases.entries()) {
    const expected = oracleFunnel(world, question);
    converted += expected.filter((row) => row.step > 0 && row.converted > 0).length;
    const label = `world ${String(index)} ${JSON.stringify(question, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}`;
    for (const form of formsOf(question)) {
      const answer = await store.ask(form);
      expect(answer.rows, label).toEqual(
        expected.map((row) => ({
          ...row,
          meanMs: close(row.meanMs),
          medianMs: close(row.medianMs),
          p90Ms: close(row.p90Ms),
          systemMs: close(row.systemMs),
        })),
      );
      expect(answer.total).toBe(expected.length);
      expect(answer.facts.filtered, label).toBe(oracleFilteredOfFunnel(world, form));
    }
  }
  expect(converted).toBeGreaterThan(WORLDS / 5);
});

test(
  'a number of a funnel and its drill-down have as many members',
  { timeout: WORLDS_MS },
  async () => {
    let cells = 0;
    for (const [index, { world, question }] of cases.entries()) {
      const { rows, asOf } = await store.ask({ ...question, output: { kind: 'numbers' } } as const);
      const random = createRandom(index + 77);
      for (let n = 0; n < Math.min(1, rows.length); n++) {
        const row = pickFrom(rows, random());
        const outcome = pickFrom(['converted', 'immature', 'dropped'] as const, random());
        const bucket = pickFrom([row.bucket, null], random());
        const cell = { bucket, group: row.group, step: row.step, outcome };
        const expected = oracleFunnelMembers(world, question, cell);
        const pages: string[] = [];
        let after: string | undefined;
        for (;;) {
          const page = await store.ask({
            ...question,
            events: { ...question.events, asOf },
            output: {
              kind: 'members',
              cell,
              after,
              limit: Math.max(1, Math.ceil(expected.length / 2)),
            },
          } as const);
          expect(page.total, `world ${String(index)}`).toBe(expected.length);
          pages.push(
            ...page.rows.map(({ key, unit }) =>
              question.events.unit === 'user' || question.events.unit === 'attempt'
                ? `${unit} ${String(key)}`
                : String(key),
            ),
          );
          after = page.rows.at(-1)?.cursor;
          if (!page.truncated) break;
        }
        expect(pages.toSorted(), `world ${String(index)}`).toEqual(expected);
        const isNumber = bucket !== null && outcome !== 'dropped';
        expect(isNumber ? row[outcome] : expected.length).toBe(expected.length);
        cells++;
      }
    }
    expect(cells).toBeGreaterThan(WORLDS / 6);
  },
);

/** The same question in ways that say nothing more; the last is answered in the form for exclusions, whatever the first. */
function formsOf(question: FunnelQuestion): FunnelQuestion[] {
  const { events, steps, order, stepWindowNs, windowNs, exclude } = question;
  if (order !== 'ordered') return [question];
  const before = steps.findLastIndex(({ optional }) => !optional);
  const never = { source: 'event', names: ['never seen'] } as const;
  const drop = { selector: events.selectors.length, after: 0, before, drops: 'attempt' } as const;
  return [
    question,
    ...(stepWindowNs === null ? [{ ...question, stepWindowNs: windowNs }] : []),
    ...(before === 0
      ? []
      : [
          {
            ...question,
            events: { ...events, selectors: [...events.selectors, never] },
            exclude: [...exclude, drop],
          },
        ]),
  ];
}

/** Each third funnel counts attempts instead. */
function drawAttempts(pick: Pick, drawn: FunnelQuestion): FunnelQuestion {
  if (pick([true, true, false]) || typeof drawn.ties === 'object') return drawn;
  return {
    ...drawn,
    events: { ...drawn.events, unit: 'attempt' },
    steps: drawn.steps.map(({ optional, ...step }, index) => ({
      ...step,
      optional: optional && index < drawn.steps.length - 1,
    })),
    entry: 'best',
    restartOnReentry: drawn.order !== 'any' && pick([true, false]),
    exclude: drawn.exclude.flatMap((one) =>
      drawn.steps.at(one.before)?.optional ? [] : [{ ...one, drops: 'attempt' as const }],
    ),
  };
}

function drawFunnel(pick: Pick, startMs: number): FunnelQuestion {
  const order = pick(['ordered', 'ordered', 'strict', 'strict', 'any'] as const);
  const count = pick([2, 3, 3, 4]);
  const isPlain = pick([true, true, false]);
  const selectors = Array.from({ length: count }, (_, index) =>
    isPlain
      ? {
          source: pick(['run', 'event'] as const),
          names: [NAMES[index % NAMES.length] ?? ''],
          // What is named and fails this still stands between steps.
          where: order === 'strict' && index > 0 ? pick([undefined, IN_SHOP]) : undefined,
        }
      : pick([
          drawSelector(pick),
          { source: pick(['run', 'event'] as const), names: 'any' as const },
        ]),
  );
  const steps = selectors.map((_, index) => ({
    optional: index > 0 && order !== 'any' && pick([true, false, false, false]),
    anchor: order === 'any' ? drawAnchor(pick, index, count - 1) : undefined,
  }));
  const required = steps.flatMap(({ optional }, index) => (optional ? [] : [index]));
  const [windowMs, from] = [
    pick([0, 600_000, HOUR_MS, HOUR_MS, 2 * HOUR_MS]),
    startMs + pick([0, 600_000]),
  ];
  const to = startMs + pick([1, 1.5, 2]) * HOUR_MS;
  const exclude: FunnelExclusion[] = [];
  if (required.length > 1 && pick([true, false, false])) {
    const last = required.length - 1;
    const after = order === 'any' ? 0 : pick(required.slice(0, last));
    const before = order === 'any' ? count - 1 : pick(required.filter((step) => step > after));
    exclude.push({ selector: selectors.length, after, before, drops: pick(['attempt', 'actor']) });
    selectors.push({ source: pick(['run', 'event']), names: [pick(NAMES)] });
  }
  const universe = order === 'strict' && pick([true, false, false]) ? [selectors.length] : [];
  if (universe.length > 0) selectors.push({ source: 'run', names: [pick(NAMES), pick(NAMES)] });
  const width = pick([HOUR_MS / 2, 2 * HOUR_MS]);
  const buckets = Array.from({ length: (2 * HOUR_MS) / width }, (_, index) => String(index));
  // Steps of different names, so no event matches two.
  const graceNs = order === 'ordered' && isPlain ? pick([0n, 0n, ms(300_000), ms(1_200_000)]) : 0n;
  return {
    kind: 'funnel',
    events: {
      from: ms(from) - BigInt(count - 1) * graceNs,
      to: ms(to + windowMs) + 1n,
      selectors,
      keepOthers: order === 'strict' && universe.length === 0,
      unit: pick<Unit>(['user', 'user', 'session', 'trace']),
      group: pick([undefined, { by: pick(TEXTS), top: pick([1, 2, 10]) }]),
      hold: pick([undefined, undefined, undefined, [column('service')]]),
    },
    steps,
    order,
    universe,
    entriesFrom: graceNs > 0n ? ms(from) : undefined,
    entriesTo: ms(to),
    windowNs: ms(windowMs),
    stepWindowNs: order === 'any' ? null : pick([null, null, null, null, ms(600_000), 0n]),
    entry: pick(['best', 'best', 'first']),
    ties:
      graceNs > 0n
        ? { graceNs }
        : order === 'any'
          ? 'lenient'
          : pick(['lenient', 'lenient', 'strict']),
    exclude,
    attribution: pick(['first', 'last', 'all', order === 'any' ? 'first' : count - 1] as const),
    actors: pick([...Array.from({ length: 5 }, () => undefined), drawCondition(pick, 1)]),
    watermark: ms(startMs + pick([1, 2, 4]) * HOUR_MS),
    slots: { origin: ms(startMs), width: ms(width), buckets },
    shown: pick([undefined, undefined, [count - 1]]),
    output: { kind: 'numbers' },
  };
}

function drawAnchor(pick: Pick, index: number, last: number): 'first' | 'last' | undefined {
  if (index === 0) return pick(['first', undefined, undefined]);
  return index === last ? pick(['last', undefined]) : undefined;
}
