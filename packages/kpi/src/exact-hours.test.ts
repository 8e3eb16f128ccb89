/** Usage from the roll-up by hour has the numbers of single runs: late runs, archived days and cut hours included. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import type { Reader, Store } from '@heartwood/store';
import { expect, test } from 'vitest';
import { createWorld } from './testing/span-world.ts';
import { createLanded, createRandom, landWorld, openTestStore } from './testing/world.ts';
import { WORLDS } from './testing/worlds.ts';
import type { RunFilter } from './run.ts';
import { readTotals, readUsage } from './usage.ts';
import { parseWindow } from './window.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 28);
const DAYS = 4;
const NOW_MS = START_MS + (DAYS + 1) * 24 * HOUR_MS;

test.each(Array.from({ length: Math.ceil(WORLDS / 4) }, (_, index) => index + 1))(
  'world %i',
  async (seed) => {
    const random = createRandom(seed);
    const store = await openTestStore();
    try {
      const world = createWorld(seed, START_MS, DAYS * 24 * HOUR_MS, 200);
      const landed = createLanded();
      await landWorld(store, world.slice(0, 120), [], landed);
      await store.keepUp({
        nowMs: NOW_MS,
        keepDays: 0,
        hotDays: 2,
        maxBytes: 0,
        otherBytes: 0,
        archive: { leastRows: 1 },
      });
      // Late ones: some are of hours that are added up, or of days in the archive.
      await landWorld(store, world.slice(120), [], landed);
      const { reader, asked } = readRuns(store);
      const cutMs = seed % 2 === 0 ? 0 : Math.floor(random() * HOUR_MS);
      const range = {
        from: String(START_MS + cutMs),
        to: String(START_MS + DAYS * 24 * HOUR_MS - 3 * cutMs),
        timeZone: 'UTC',
      };
      const window = parseWindow(range, NOW_MS);
      const filters: RunFilter[] = [
        {},
        { feature: world.find(({ feature }) => feature !== null)?.feature ?? '' },
        { status: FEATURE_STATUSES[0] },
      ];
      const filter = filters.at(seed % 3) ?? {};
      for (const by of [undefined, 'feature', 'status'] as const) {
        const cut = { interval: '1h', by, top: 2 } as const;
        const { series } = await readUsage(store, window, filter, cut);
        expectAlike(series, (await readUsage(reader, window, filter, cut)).series);
      }
      expectAlike(
        await readTotals(store, window, filter),
        await readTotals(reader, window, filter),
      );
      expect(asked.filter((name) => name === 'run/exact-hours')).toHaveLength(4);
    } finally {
      await store.close();
    }
  },
);

/** The same store, which answers from single runs alone, and what it was asked. */
function readRuns(store: Store): { reader: Reader; asked: string[] } {
  const asked: string[] = [];
  const read = ((name: string, ...rest: [never, never]) => {
    asked.push(name);
    if (name !== 'run/exact-hours') return store.read(name as 'run/series', ...rest);
    const [params, options] = rest as readonly [object, never];
    const given = Object.entries(params).filter(([key]) => !key.endsWith('Hour'));
    const none = { category: undefined, component: undefined, service: undefined };
    return store.read('run/series', { ...Object.fromEntries(given), ...none } as never, options);
  }) as Reader['read'];
  const reader: Reader = {
    exactRuns: store.exactRuns,
    isSummed: (selector) => store.isSummed(selector),
    read,
    ask: (...question) => store.ask(...question),
  };
  return { reader, asked };
}

/** Sums and means of doubles in any order, all else the same. */
function expectAlike(found: unknown, plain: unknown): void {
  expect(rounded(found)).toEqual(rounded(plain));
}

const rounded = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'number' ? Number(member.toPrecision(10)) : member,
    ),
  );
