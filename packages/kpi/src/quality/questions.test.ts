/** What checks of data quality read, beside plain loops over arrays that share no code with the SQL, on random worlds. */
import type { Store, TroubleQuestion } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventWorld } from '../testing/event-world.ts';
import { oracleSilence, oracleTrouble, oracleVolume } from '../testing/quality-oracle.ts';
import { createQualityWorld } from '../testing/quality-world.ts';
import { createRandom, landWorld, openTestStore, pickFrom } from '../testing/world.ts';
import { WORLDS } from '../testing/worlds.ts';
import { parseTimeZone } from '../time-zone.ts';
import { createWeeks, type Weeks } from './weeks.ts';

const DAY_MS = 86_400_000;
const OUTPUT = { kind: 'numbers' } as const;

interface Case {
  readonly seed: number;
  readonly weeks: Weeks;
  readonly world: EventWorld;
  readonly leastQuarters: number;
}

const cases = Array.from({ length: WORLDS }, (_, index): Case => {
  const seed = index + 1;
  const random = createRandom(seed);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const zone = parseTimeZone(
    pick(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns']),
  );
  const nowMs = Date.UTC(1990, 0, 1) + seed * 26 * DAY_MS + Math.floor(random() * DAY_MS);
  const weeks = createWeeks(nowMs, zone, pick([1, 2, 2]));
  const world = createQualityWorld(seed, weeks, pick([0, 3, 30, 60]));
  return { seed, weeks, world, leastQuarters: pick([1, 2, 4]) };
});

let store: Store;
beforeAll(
  async () => {
    store = await openTestStore();
    await landWorld(
      store,
      cases.flatMap(({ world }) => world.spans),
      cases.flatMap(({ world }) => world.logs),
    );
  },
  30_000 + WORLDS * 300,
);
afterAll(() => store.close());

const TOLERANCE_NS = {
  late: 600_000_000_000n,
  skewed: 1_000_000_000n,
  repeated: 0n,
  orphan: 0n,
  unended: 1_800_000_000_000n,
  cut: 0n,
} as const;

const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

describe('questions of checks', { timeout: 30_000 + WORLDS * 300 }, () => {
  test('count what came in each week', async () => {
    for (const { seed, weeks, world } of cases) {
      const range = { from: ns(weeks.sinceMs), to: ns(weeks.toMs), slots: weeks.slots };
      const answer = await store.ask({ kind: 'volume', ...range, output: OUTPUT });
      const rows = answer.rows.map((row) => ({ ...row, lastTraceId: null }));
      expect({ seed, rows }).toEqual({ seed, rows: oracleVolume(world, range) });
    }
  });

  test('find every silence and what the same time held before', async () => {
    for (const { seed, weeks, world, leastQuarters } of cases) {
      const range = { from: ns(weeks.sinceMs), to: ns(weeks.toMs), slots: weeks.slots };
      const answer = await store.ask({ kind: 'silence', ...range, leastQuarters, output: OUTPUT });
      const rows = oracleSilence(world, range, leastQuarters);
      expect({ seed, rows: answer.rows }).toEqual({ seed, rows });
    }
  });

  test.each(['late', 'skewed', 'repeated', 'orphan', 'unended', 'cut'] as const)(
    'find the records that are %s',
    async (trouble) => {
      for (const { seed, weeks, world } of cases) {
        const question: TroubleQuestion<typeof OUTPUT> = {
          kind: 'trouble',
          trouble,
          from: ns(weeks.fromMs),
          to: ns(weeks.toMs),
          until: ns(weeks.toMs + 5 * 60_000),
          toleranceNs: TOLERANCE_NS[trouble],
          output: OUTPUT,
        };
        const rows = (await store.ask(question)).rows.map(close);
        expect({ seed, rows }).toEqual({ seed, rows: oracleTrouble(world, question).map(close) });
      }
    },
  );
});

const close = <Row extends { readonly value: number | null }>(row: Row): Row => ({
  ...row,
  value: row.value === null ? null : Number(row.value.toFixed(6)),
});
