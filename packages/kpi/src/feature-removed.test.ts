/** The feature table, the report and usage of days whose raw runs have been removed. */
import type { Store } from '@heartwood/store';
import { Batch } from '@heartwood/store/batch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeRow } from '../../store/src/testing/write-row.ts';
import { readFeature } from './feature-detail.ts';
import { readFeatures, type FeatureNumbers } from './feature.ts';
import { readLogs } from './log.ts';
import { readMetricPoints, readMetrics } from './metric.ts';
import { readServices } from './service.ts';
import { createWorld } from './testing/span-world.ts';
import { landWorld, openTestStore } from './testing/world.ts';
import { readTraces } from './trace.ts';
import { readTotals, readUsage } from './usage.ts';
import { parseWindow, type Window } from './window.ts';

const METRIC = 'queue.size';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 1);
const TABLE = { trend: true, sort: 'feature', limit: 100 } as const;

/** Removes the first two days. */
const RETENTION = {
  nowMs: START_MS + 9 * DAY_MS,
  keepDays: 7,
  hotDays: 7,
  maxBytes: 0,
  otherBytes: 0,
};

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, createWorld(1, START_MS, 5 * DAY_MS, 600));
  const batch = new Batch(1);
  writeRow(batch.vocabulary, { id: 900_001n, hash: 900_001n, text: METRIC });
  writeRow(batch.metrics, { id: 1, hash: 1n, name_id: 900_001n, content: '{}' });
  await store.land(batch, { record: 2n, rows: 0 });
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
  const { droppedByAge } = await store.keepUp(RETENTION);
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

describe('once raw runs have been removed', () => {
  beforeAll(async () => {
    await store.keepUp(RETENTION);
  });
  const KEPT_SINCE_MS = START_MS + 2 * DAY_MS;
  const windowOf = (fromMs: number, toMs: number): Window =>
    parseWindow({ from: String(fromMs), to: String(toMs) }, START_MS + 9 * DAY_MS);
  const everything = windowOf(START_MS, START_MS + 5 * DAY_MS);
  const feature = 'checkout';

  test.each([
    ['traces', (window: Window) => readTraces(store, window, { limit: 10 })],
    ['logs', (window: Window) => readLogs(store, window, {}, { limit: 10 })],
    ['metrics', (window: Window) => readMetrics(store, window, { limit: 10 })],
    ['points', (window: Window) => readMetricPoints(store, window, { name: METRIC, limit: 10 })],
    ['services', (window: Window) => readServices(store, window, { limit: 10 })],
  ])('lists of %s say that the range begins before what is kept', async (what, list) => {
    const { warnings } = await list(everything);
    const [warning] = warnings;
    expect(warning).toContain('Raw data from before 2026-03-03T00:00:00');
    expect(warning).toContain(`is not kept: ${what} cover only what came later.`);
    const kept = await list(windowOf(KEPT_SINCE_MS, START_MS + 5 * DAY_MS));
    expect(kept.warnings).toEqual([]);
  });

  test('usage and totals count as many runs as the feature table', async () => {
    const { rows } = await readFeatures(store, everything, {}, TABLE);
    const { totals, warnings } = await readTotals(store, everything, {});
    const usage = await readUsage(store, everything, {}, { interval: '1d', by: 'feature', top: 9 });
    const runs = rows.reduce((sum, row) => sum + row.runs, 0);
    expect([totals.features, totals.runs]).toEqual([rows.length, runs]);
    expect(new Map(usage.series.map((line) => [line.group, line.runs]))).toEqual(
      new Map(rows.map((row) => [row.feature, row.runs])),
    );
    expect(usage.series[0]?.points.map(({ complete }) => complete)).toEqual(Array(5).fill(true));
    expect(usage.warnings).toEqual(warnings);
    expect(warnings.join()).toContain('within 3.2 %');
  });

  test('the report takes components from the roll-ups and shows no share of what is known in part', async () => {
    const options = { interval: '1d', recent: 0 } as const;
    const { report, warnings } = await readFeature(store, everything, { feature }, options);
    const total = (parts: readonly { runs: number }[]): number =>
      parts.reduce((sum, { runs }) => sum + runs, 0);
    expect(total(report.components)).toBe(report.runs);
    expect(total(report.points)).toBe(report.runs);
    expect(total(report.versions)).toBeLessThan(report.runs);
    expect(report.versions.length).toBeGreaterThan(0);
    expect([...report.versions, ...report.errors].filter(({ share }) => share !== null)).toEqual(
      [],
    );
    expect(warnings.join()).toContain('cannot tell errors, versions, the histogram');
  });

  test('a service is counted since then, which is said', async () => {
    const kept = windowOf(KEPT_SINCE_MS, START_MS + 5 * DAY_MS);
    const filter = { service: 'shop' };
    const whole = await readTotals(store, everything, filter);
    const { totals, warnings } = await readTotals(store, kept, filter);
    expect(whole.totals).toEqual(totals);
    expect(totals.runs).toBeGreaterThan(0);
    expect(whole.warnings.join()).toContain('cannot tell services');
    expect(warnings.join()).not.toContain('removed');
    const gone = windowOf(START_MS, KEPT_SINCE_MS);
    const table = await readFeatures(store, gone, filter, TABLE);
    expect(table.rows).toEqual([]);
    expect(table.warnings.join()).toContain('cannot tell services');
    const services = await readServices(store, gone, { limit: 10 });
    expect(services.rows).toEqual([]);
    expect(services.warnings.join()).toContain('only what came later');
  });

  test('users and sessions with a filter that the roll-up of actors does not know are null', async () => {
    const filter = { status: 'failed' } as const;
    const { totals, warnings } = await readTotals(store, everything, filter);
    expect(totals.runs).toBeGreaterThan(0);
    expect([totals.users, totals.sessions]).toEqual([null, null]);
    expect(warnings.join()).toContain('users and sessions of that time are not known');
    const { rows } = await readFeatures(store, everything, filter, { ...TABLE, sort: 'users' });
    expect(rows.map(({ users }) => users)).toEqual(rows.map(() => null));
    const { series } = await readUsage(store, everything, filter, { interval: '1d', top: 1 });
    const isKnown = series[0]?.points.map(({ users }) => users !== null);
    expect(isKnown).toEqual([false, false, true, true, true]);
  });

  test('buckets of parts of an hour are incomplete, also in trends, which is said', async () => {
    const day = windowOf(START_MS, START_MS + DAY_MS);
    const { series, warnings } = await readUsage(store, day, {}, { interval: '30m', top: 1 });
    expect(series[0]?.points.filter(({ complete }) => complete)).toEqual([]);
    expect(warnings.join()).toContain('parts of an hour');
    const hours = windowOf(START_MS, START_MS + 6 * HOUR_MS);
    const table = await readFeatures(store, hours, {}, TABLE);
    expect(table.warnings.join()).toContain('cannot tell trends of parts of an hour');
  });

  test('runs of an hour that the range cuts are missing, which is said', async () => {
    const cut = windowOf(START_MS + HOUR_MS / 2, START_MS + DAY_MS);
    const { totals, warnings } = await readTotals(store, cut, {});
    const whole = await readTotals(store, windowOf(START_MS + HOUR_MS, START_MS + DAY_MS), {});
    expect(totals).toEqual(whole.totals);
    expect(warnings.join()).toContain('that the ends of the range cut are missing');
    expect(whole.warnings.join()).not.toContain('cut are missing');
  });
});
