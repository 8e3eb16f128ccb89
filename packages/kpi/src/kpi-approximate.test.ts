/** KPIs of so many runs that percentiles come from buckets: how far off they may be is said, and never decides a status. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DefinitionSet } from './definition/kinds.ts';
import { parseDefinitions } from './definition/set.ts';
import { readKpi } from './kpi-trend.ts';
import { readKpis } from './kpi.ts';
import { landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { parseWindow } from './window.ts';

const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 2, 10);
const window = parseWindow({ to: String(END_MS), timeZone: 'UTC' }, END_MS + DAY_MS);

let store: Store;
beforeAll(async () => {
  store = await openTestStore(0);
  const hours = Array.from({ length: 96 }, (_, index) => index + 1);
  // On both sides of the border of a bucket, and far beyond.
  const durations = {
    pay: () => 100_000_000n,
    drift: (hour: number) => (hour > 48 ? 100_600_000n : 100_700_000n),
    gain: (hour: number) => (hour > 48 ? 120_000_000n : 100_000_000n),
  };
  const spans = Object.entries(durations).flatMap(([feature, durationOf]) =>
    hours.map((hour) => ({ feature, hour, durationNs: durationOf(hour) })),
  );
  await landWorld(
    store,
    spans.map(({ feature, hour, durationNs }, index) => ({
      ...PLAIN_SPAN,
      seq: BigInt(index + 1),
      spanId: BigInt(index + 1),
      startNs: BigInt(END_MS - hour * (DAY_MS / 24)) * 1_000_000n,
      durationNs,
      feature,
      featureStatus: 1,
      user: `u${String(index % 5)}`,
    })),
  );
  const upkeep = { nowMs: END_MS, keepDays: 0, hotDays: 0, maxBytes: 0, otherBytes: 0 };
  await store.keepUp({ ...upkeep, archive: { leastRows: 1 } });
});
afterAll(() => store.close());

function setOf(kpi: string, exact = '', feature = 'pay'): DefinitionSet {
  const text = `
measures:
  p95: {agg: percentile, p: 0.95, on: duration_ms, of: 'feature:${feature}'${exact}}
  runs: {agg: count, of: feature:pay}
kpis: {k: {window: 2d, direction: down, ${kpi}}}`;
  const loaded = parseDefinitions([{ name: 'kpis.yaml', text }], END_MS);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.set;
}

const NEARER = expect.stringMatching(/percentiles that may be off by 3.2 %.*`exact: true`/u);

test.each([
  ['reaches a target beyond doubt', 'measure: p95, target: 104', 'on_track', []],
  ['just reaches a target', 'measure: p95, target: 101', 'at_risk', [NEARER]],
  ['just misses a target', 'measure: p95, target: 99', 'at_risk', [NEARER]],
  ['misses a target beyond doubt', 'measure: p95, target: 90', 'off_track', []],
  ['is near a warning', 'measure: p95, target: {target: 80, warn: 101}', 'at_risk', [NEARER]],
  ['is between both', 'measure: p95, target: {target: 80, warn: 120}', 'at_risk', []],
  ['is part of a formula', 'calculation: p95 / 10 - 9.9, target: 0.2', 'at_risk', [NEARER]],
  ['has no target', 'measure: p95', 'no_target', []],
  ['has too few runs', 'measure: p95, target: 100, minSample: 1000', 'insufficient_data', []],
])('a percentile that %s', async (_, kpi, status, warnings) => {
  const { kpis, warnings: said } = await readKpis(store, setOf(kpi), window);
  expect(said.filter((warning) => warning.includes('within 3.2 %'))).toHaveLength(1);
  expect(kpis).toMatchObject([{ status, approximate: { relativeError: 0.032 }, warnings }]);
  const detail = await readKpi(store, setOf(kpi), window, 'k');
  expect(detail.approximate).toEqual({ relativeError: 0.032 });
  expect(detail.warnings.filter((warning) => warning.includes('within 3.2 %'))).toHaveLength(1);
  expect(detail.explain.sentence).toContain('of runs pay, in buckets, within 3.2 %');
});

const NEIGHBOURS = expect.stringContaining('neither is taken to be better');

test.each([
  ['less than the error', 'drift', '', 'same', [NEIGHBOURS]],
  ['less than the error of buckets, and is exact', 'drift', ', exact: true', 'worse', []],
  ['more than the error', 'gain', '', 'better', []],
  ['nothing', 'pay', '', 'same', []],
])('a percentile that changed by %s', async (_, feature, exact, trend, warnings) => {
  const { kpis } = await readKpis(store, setOf('measure: p95', exact, feature), window);
  expect(kpis).toMatchObject([{ parts: [{ trend }], warnings }]);
});

test('an exact percentile decides, and a number without one is exact', async () => {
  const exact = await readKpi(
    store,
    setOf('measure: p95, target: 100', ', exact: true'),
    window,
    'k',
  );
  expect(exact).toMatchObject({
    approximate: null,
    data: { status: 'on_track', approximate: null, parts: [{ value: 100 }], warnings: [] },
    warnings: [],
  });
  expect(exact.explain.sentence).toContain('of runs pay, exact.');
  const runs = await readKpi(store, setOf('measure: runs, target: 100'), window, 'k');
  expect(runs).toMatchObject({
    approximate: null,
    data: { approximate: null, status: 'on_track' },
  });
});

test('exactness changes nothing of what a measure means, and is refused where nothing is approximate', () => {
  const of = (exact: string): string | undefined =>
    setOf('measure: p95', exact).kpis.get('k')?.digest;
  expect(of(', exact: true')).toBe(of(''));
  for (const measure of [
    'agg: count',
    'agg: mean, on: duration_ms',
    'agg: percentile, p: 0.5, on: size',
  ]) {
    const text = `measures: {m: {${measure}, of: feature:pay, exact: true}}`;
    const loaded = parseDefinitions([{ name: 'kpis.yaml', text }], END_MS);
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('only percentiles of duration_ms') }],
    });
  }
});
