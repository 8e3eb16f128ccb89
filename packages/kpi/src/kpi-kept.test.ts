/** KPIs of which some look back to before raw data are kept: each of them says so, and no other. */
import { expect, onTestFinished, test } from 'vitest';
import { parseDefinitions } from './definition/set.ts';
import { readKpi } from './kpi-trend.ts';
import { readKpis } from './kpi.ts';
import { landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { parseWindow } from './window.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 2, 30);

const TEXT = `
measures:
  runs: {agg: count, of: feature:pay}
heart:
  pay:
    feature: pay
    letters: {taskSuccess: {goal: It works, signal: Runs succeed, metric: {success: rate}}}
kpis:
  short: {window: 2d, measure: runs}
  edge: {window: 5d, measure: runs}
  long: {window: 14d, measure: runs}
  half: {window: 14d, calculation: runs / 2}
  shortShare: {window: 2d, type: heart, heart: pay, letter: taskSuccess}
  edgeShare: {window: 5d, type: heart, heart: pay, letter: taskSuccess}
  longShare: {window: 14d, type: heart, heart: pay, letter: taskSuccess}
`;

test('the warning belongs to the KPIs that it is about', async () => {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const days = Array.from({ length: 28 }, (_, index) => index + 1);
  await landWorld(
    store,
    days.map((day) => ({
      ...PLAIN_SPAN,
      seq: BigInt(day),
      spanId: BigInt(day),
      startNs: BigInt(NOW - day * DAY_MS + 1000) * 1_000_000n,
      feature: 'pay',
      featureStatus: 1,
    })),
  );
  const upkeep = { nowMs: NOW, hotDays: 1, maxBytes: 0, otherBytes: 0 };
  await store.keepUp({ ...upkeep, keepDays: 7 });
  const loaded = parseDefinitions([{ name: 'kpis.yaml', text: TEXT }], NOW);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const window = parseWindow({ to: String(NOW), timeZone: 'UTC' }, NOW + DAY_MS);

  const unkept = [expect.stringMatching(/^Raw data from before 2026-03-\S+ is not kept/u)];
  const noTrend = [
    expect.stringMatching(
      /^Raw data from before 2026-03-\S+ is not kept: .* there is no trend\.$/u,
    ),
  ];
  const { kpis, warnings } = await readKpis(store, loaded.set, window);
  expect(kpis.map(({ id, complete, warnings }) => [id, complete, warnings])).toEqual([
    ['short', true, []],
    ['edge', true, noTrend],
    ['long', false, unkept],
    ['half', false, unkept],
    ['shortShare', true, []],
    ['edgeShare', true, noTrend],
    ['longShare', false, unkept],
  ]);
  expect(warnings).toEqual([]);
  expect(kpis[1]?.parts).toMatchObject([{ value: 5, trend: null, status: 'no_target' }]);
  expect((await readKpi(store, loaded.set, window, 'long')).warnings).toEqual(unkept);
  expect((await readKpi(store, loaded.set, window, 'short')).warnings).toEqual([]);

  expect(kpis[5]?.parts).toMatchObject([{ value: 1, sample: 5, trend: null, previousSample: 2 }]);
  const pointsOf = async (id: string): Promise<unknown> => {
    const { data } = await readKpi(store, loaded.set, window, id);
    return data.series[0]?.points.map(({ complete, sample }) => [complete, sample]);
  };
  expect(await pointsOf('shortShare')).toEqual([
    [true, 2],
    [true, 2],
  ]);
  expect(await pointsOf('edgeShare')).toEqual([
    [false, 2],
    [true, 5],
  ]);
  expect(await pointsOf('longShare')).toEqual([
    [false, 0],
    [false, 7],
  ]);
});
