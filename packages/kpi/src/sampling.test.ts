/** Answers that are made of several questions say as the others do what of their rows was sampled. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DefinitionSet } from './definition/kinds.ts';
import { parseDefinitions } from './definition/set.ts';
import { findHeart, readHeart } from './heart.ts';
import { readKpi } from './kpi-trend.ts';
import { draftPlan } from './plan/plan-draft.ts';
import { landWorld } from './testing/event-world.ts';
import { type PlainLog } from './testing/plain-log.ts';
import { openTestStore, PLAIN_SPAN, type PlainSpan } from './testing/world.ts';
import { parseWindow } from './window.ts';

const START_MS = Date.UTC(2026, 1, 2);
const DAY_MS = 86_400_000;
const window = parseWindow({ from: '2026-02-02', to: '2026-02-16' }, Date.UTC(2026, 1, 20));

const FILE = `
funnels:
  - {id: order, window: 1h, steps: [feature:cart, feature:pay]}
heart:
  - id: paying
    feature: pay
    letters:
      engagement: {goal: g, signal: s, metric: {engagement: runsPerWeek}}
      taskSuccess: {goal: g, signal: s, metric: {success: rate}}
  - {id: silent, feature: pay, letters: {}}
measures:
  paid: {agg: count, of: feature:pay}
  bought: {agg: count, of: feature:buy}
kpis:
  - {id: conversion, funnel: order, target: 0.5, window: 7d}
  - {id: payments, measure: paid, target: 1, window: 7d}
  - {id: purchases, measure: bought, target: 1, window: 7d}
`;

let seq = 0n;
function run(feature: string, day: number, over: Partial<PlainSpan> = {}): PlainSpan {
  seq += 1n;
  const startNs = BigInt(START_MS + day * DAY_MS) * 1_000_000n + seq;
  return { ...PLAIN_SPAN, seq, spanId: seq, startNs, feature, user: `u${String(seq)}`, ...over };
}

const SPANS = [
  // The week before the window of the KPI: no run of it is counted among those of the window.
  run('cart', 1, { threshold: '8' }),
  run('pay', 2),
  // Its window: two of four, which stand for 2 and 4.
  run('cart', 8, { threshold: '8' }),
  run('cart', 9),
  run('pay', 9, { threshold: 'c' }),
  run('pay', 9),
  run('buy', 9),
];

const SHOWN: PlainLog = {
  seq: 100n,
  timeNs: BigInt(START_MS + DAY_MS) * 1_000_000n,
  event: 'shown',
  traceId: null,
  service: 'shop',
  feature: null,
  component: null,
  errorType: null,
  session: null,
  user: 'u1',
  attributes: '{}',
};

let store: Store;
let set: DefinitionSet;
beforeAll(async () => {
  const loaded = parseDefinitions([{ name: 'sampling.yaml', text: FILE }], 0);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  set = loaded.set;
  store = await openTestStore();
  await landWorld(store, { spans: SPANS, logs: [SHOWN] });
});
afterAll(() => store.close());

describe('what was sampled is said of', () => {
  test('HEART over its letters, a run once for each that looks at it', async () => {
    const { sampling, warnings } = await readHeart(store, window, findHeart(set, 'paying'));
    expect(sampling).toEqual({
      sampled: true,
      runs: 2,
      share: 2 / 6,
      adjustedRuns: 8,
      scaled: false,
    });
    expect(warnings.map((text) => text.split(':')[0])).toEqual(['engagement', 'taskSuccess']);
  });

  test('a HEART without letters not at all', async () => {
    const { sampling } = await readHeart(store, window, findHeart(set, 'silent'));
    expect(sampling).toBeNull();
  });

  test('a KPI that stands on a funnel, of its window alone', async () => {
    const { sampling, warnings } = await readKpi(store, set, window, 'conversion');
    expect(sampling).toEqual({
      sampled: true,
      runs: 2,
      share: 2 / 4,
      adjustedRuns: 6,
      scaled: false,
    });
    expect(warnings.join('\n')).toContain('2 of 4 runs and events (50.0 %) were sampled');
  });

  test.each([
    ['payments', { sampled: true, runs: 1, share: 1 / 2, adjustedRuns: 4, scaled: false }],
    ['purchases', { sampled: false, runs: 0, share: 0, adjustedRuns: 0, scaled: false }],
  ])('a KPI of sums, of its own runs alone: %s', async (id, expected) => {
    const { sampling, warnings } = await readKpi(store, set, window, id);
    expect(sampling).toEqual(expected);
    expect(warnings.some((text) => text.includes('were sampled'))).toBe(expected.sampled);
  });

  test.each([
    ['events that no sender leaves out', window, 0],
    ['no events', { ...window, fromMs: 0, toMs: 3_600_000 }, null],
  ])('a draft of a plan out of %s', async (_name, asked, share) => {
    const draft = await draftPlan(store, asked, { events: ['shown'], sample: 100 });
    const expected = { sampled: false, runs: 0, share };
    expect(draft.sampling).toEqual({ ...expected, adjustedRuns: 0, scaled: false });
  });
});
