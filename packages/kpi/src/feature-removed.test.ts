/** The feature table of days whose raw runs have been removed. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFeatures, type FeatureNumbers } from './feature.ts';
import { createWorld, landWorld, openTestStore } from './testing/world.ts';
import { parseWindow } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 1);
const TABLE = { trend: true, sort: 'feature', limit: 100 } as const;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, createWorld(1, START_MS, 5 * DAY_MS, 600));
});
afterAll(async () => {
  await store.close();
});

const percentiles = ({ p50Ms, p95Ms, p99Ms }: FeatureNumbers): number[] =>
  [p50Ms, p95Ms, p99Ms].map((value) => value ?? Number.NaN);

test('is the same from the roll-ups, with percentiles within 3.2 % and a warning', async () => {
  const window = parseWindow(
    { from: String(START_MS), to: String(START_MS + 5 * DAY_MS) },
    START_MS + 9 * DAY_MS,
  );
  const before = await readFeatures(store, window, {}, TABLE);
  expect(before.warnings.join()).not.toContain('removed');
  const { droppedByAge } = await store.keepUp({
    nowMs: START_MS + 9 * DAY_MS,
    keepDays: 7,
    hotDays: 7,
    maxBytes: 0,
    otherBytes: 0,
  });
  expect(droppedByAge).toBeGreaterThan(100);

  const after = await readFeatures(store, window, {}, TABLE);
  expect(after.warnings.join()).toContain('within 3.2 %');
  const exact = (row: FeatureNumbers): object => ({
    ...row,
    p50Ms: undefined,
    p95Ms: undefined,
    p99Ms: undefined,
    efficiency: row.efficiency?.toPrecision(9),
  });
  expect(after.rows.map(exact)).toEqual(before.rows.map(exact));
  const errors = after.rows.flatMap((row, index) => {
    const wanted = percentiles(before.rows[index] ?? row);
    return percentiles(row).map((value, which) => Math.abs(value / (wanted[which] ?? 0) - 1));
  });
  expect(errors.some((error) => error > 0)).toBe(true);
  expect(Math.max(...errors)).toBeLessThanOrEqual(1 / 31);

  const young = parseWindow(
    { from: String(START_MS + 3 * DAY_MS), to: String(START_MS + 5 * DAY_MS) },
    START_MS + 9 * DAY_MS,
  );
  const { warnings } = await readFeatures(store, young, {}, TABLE);
  expect(warnings.join()).not.toContain('removed');
});
