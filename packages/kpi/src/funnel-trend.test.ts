/** Trends of many groups: none of their numbers may be left out, and more than can be given are refused. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFunnel } from './funnel.ts';
import type { FunnelRule } from './funnel-rule.ts';
import { landWorld, openTestStore } from './testing/world.ts';
import { parseWindow } from './window.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);
const HOURS = 28 * 24;
const GROUPS = 6;

const RULE: FunnelRule = {
  unit: 'user',
  order: 'ordered',
  steps: ['view', 'put', 'pay'].map((name) => ({
    id: name,
    selector: { source: 'event', names: [name] },
    optional: false,
  })),
  windowNs: 3_600_000_000_000n,
  stepWindowNs: null,
  entry: 'best',
  ties: 'lenient',
  holdConstant: [],
  exclude: [],
  universe: null,
  attribution: 'first',
  filter: null,
};
const WINDOW = parseWindow(
  { from: String(START_MS), to: String(START_MS + HOURS * HOUR_MS) },
  START_MS + 400 * 24 * HOUR_MS,
);
const breakdown = { by: { kind: 'attribute', key: 'plan' }, top: 10 } as const;

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  // A user an hour in each group.
  const logs = Array.from({ length: HOURS * GROUPS }, (_, index) => ({
    seq: BigInt(index + 1),
    timeNs: BigInt(START_MS + Math.floor(index / GROUPS) * HOUR_MS + 1000) * 1_000_000n,
    event: 'view',
    traceId: null,
    service: 'shop',
    feature: null,
    component: null,
    errorType: null,
    session: null,
    user: `u${String(index)}`,
    attributes: JSON.stringify({ plan: `p${String(index % GROUPS)}` }),
  }));
  await landWorld(store, [], logs);
});
afterAll(() => store.close());

test('a trend of more rows than an answer may have, its steps counted, has every entry', async () => {
  const { series } = await readFunnel(store, WINDOW, RULE, { breakdown, interval: '1h' });
  expect(HOURS * GROUPS * RULE.steps.length).toBeGreaterThan(10_000);
  expect(
    series.map(({ entered, trend }) => [
      entered,
      trend?.length,
      trend?.filter((point) => point.entered === 1).length,
    ]),
  ).toEqual(Array.from({ length: GROUPS }, () => [HOURS, HOURS, HOURS]));
});

test('a trend of more points than an answer may have is refused before it is read', async () => {
  const days = { ...WINDOW, fromMs: WINDOW.toMs - 20 * 24 * HOUR_MS };
  const points = { groups: GROUPS, buckets: 20 * 24 * 4 };
  expect(points.groups * points.buckets).toBeGreaterThan(10_000);
  await expect(readFunnel(store, days, RULE, { interval: '15m' })).resolves.toMatchObject({
    interval: '15m',
  });
  await expect(readFunnel(store, days, RULE, { breakdown, interval: '15m' })).rejects.toMatchObject(
    {
      code: 'FUNNEL_TREND_TOO_LARGE',
      parameter: 'interval',
      detail: 'The trend would have 11520 points: 6 groups, each of 1920 buckets.',
    },
  );
});
