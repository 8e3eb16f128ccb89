import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { medianTier, readFeatures } from './feature.ts';
import { landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START_MS = Number(PLAIN_SPAN.startNs / 1_000_000n);
const window = parseWindow({ from: String(START_MS), to: String(START_MS + 1000) }, START_MS);

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  const at = (feature: string, durationMs: number, featureStatus: number, user: string | null) => ({
    ...PLAIN_SPAN,
    feature,
    durationNs: BigInt(durationMs) * 1_000_000n,
    featureStatus,
    user,
    session: null,
  });
  await landWorld(
    store,
    [
      at('often', 1, 1, 'u1'),
      at('often', 2, 1, 'u1'),
      at('often', 3, 2, null),
      at('slow', 9000, 1, 'u1'),
      at('slow', 9000, 1, 'u2'),
      { ...at('broken', 5, 2, null), negative: true, durationNs: 0n, efficiency: Number.NaN },
    ].map((span, index) => ({ ...span, seq: BigInt(index + 1) })),
  );
});
afterAll(async () => {
  await store.close();
});

test.each([
  ['runs', 'often slow broken'],
  ['users', 'slow often broken'],
  ['failed', 'broken often slow'],
  ['successRate', 'broken often slow'],
  ['p95Ms', 'slow often broken'],
  ['efficiency', 'often slow broken'],
  ['lastSeen', 'broken often slow'],
  ['feature', 'broken often slow'],
] as const)('sorted by %s the features are %s', async (sort, expected) => {
  const { rows } = await readFeatures(store, window, {}, { trend: false, sort, limit: 10 });
  expect(rows.map(({ feature }) => feature).join(' ')).toBe(expected);
});

test('a limit cuts the rows and keeps the total and the warnings of all', async () => {
  const table = await readFeatures(store, window, {}, { trend: false, sort: 'runs', limit: 1 });
  expect(table.rows).toHaveLength(1);
  expect(table.total).toBe(3);
  expect(table.warnings).toEqual([
    '2 of 6 runs (33.3 %) carry neither a user nor a session: they are in the runs, not in the users and sessions.',
    '1 of 6 runs (16.7 %) have no duration, as they end before they start or a time of theirs cannot be: they are left out of latencies.',
  ]);
});

test('of senders that leave out other runs there are counts and no rates, and it is said', async () => {
  const filtered = await openTestStore();
  const runs = Array.from({ length: 1200 }, (_, index) => ({
    ...PLAIN_SPAN,
    seq: BigInt(index + 1),
    feature: index < 1008 ? 'only failures' : 'all runs',
    featureStatus: index < 1008 ? 2 : 1,
    filtered: index < 1008,
  }));
  await landWorld(filtered, runs);
  const table = await readFeatures(
    filtered,
    window,
    {},
    { trend: false, sort: 'successRate', limit: 10 },
  );
  await filtered.close();
  expect(table.rows).toMatchObject([
    { feature: 'all runs', runs: 192, successRate: 1 },
    { feature: 'only failures', runs: 1008, failed: 1008, successRate: null },
  ]);
  expect(table.warnings).toEqual([
    '1,008 of 1,200 runs (84.0 %) come from senders that leave out other runs (feature.filter): rates over them are not shown, latencies and scores cover only what was sent.',
  ]);
});

test('a filter on an unknown name is an error that names those close to it', async () => {
  const options = { trend: false, sort: 'runs', limit: 1 } as const;
  await expect(readFeatures(store, window, { service: 'shopp' }, options)).rejects.toMatchObject({
    code: 'SERVICE_UNKNOWN',
    parameter: 'service',
    suggestions: ['shop'],
  });
});

test('a known name without runs in the window gives no rows', async () => {
  const early = parseWindow({ from: '2020-01-01', to: '2020-01-02' }, START_MS);
  const options = { trend: true, sort: 'runs', limit: 1 } as const;
  const { rows, total } = await readFeatures(store, early, { service: 'shop' }, options);
  expect([rows, total]).toEqual([[], 0]);
});

test.each([
  [[0, 0, 0, 0, 0], null],
  [[1, 0, 0, 0, 0], 'excellent'],
  [[1, 1, 0, 0, 0], 'excellent'],
  [[1, 1, 1, 0, 0], 'good'],
  [[0, 0, 0, 0, 3], 'very_slow'],
  [[5, 0, 0, 0, 6], 'very_slow'],
])('the tier of the median run of %j is %s', (counts, expected) => {
  expect(medianTier(counts)).toBe(expected);
});
