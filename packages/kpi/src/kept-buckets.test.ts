/** What is cut by time says of each piece whether raw data of it is kept: nothing that is not is complete. */
import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readActivityMembers } from './activity-members.ts';
import { readAdoption } from './adoption.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { createEmptySet, parseDefinitions } from './definition/set.ts';
import { findFunnel } from './funnel-report.ts';
import { readFunnel } from './funnel.ts';
import { findHeart, readHeart } from './heart.ts';
import { readLifecycle } from './lifecycle.ts';
import { readPerformance } from './performance.ts';
import { findRetention } from './retention-report.ts';
import { readRetention } from './retention.ts';
import { readStickiness } from './stickiness.ts';
import { landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { parseWindow } from './window.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 5);
const DAYS = 56;
const NOW_MS = START_MS + DAYS * DAY_MS;
/** Days of the range whose raw data goes. */
const REMOVED = 16;

const TEXT = `
funnels:
  - {id: chain, window: 1h, steps: [feature:open, feature:pay]}
retention:
  - {id: daily, start: {feature: open, occurrence: any}, return: feature:open, period: day, periods: 1}
heart:
  - id: open
    letters:
      happiness: {goal: g, signal: s, metric: {feedback: mean}}
      adoption: {goal: g, signal: s, metric: {adoption: breadth}}
`;

const range = { from: String(START_MS), to: String(NOW_MS) };
const window = parseWindow({ ...range, timeZone: 'UTC' }, NOW_MS + 2 * DAY_MS);
const request = { feature: 'open', unit: 'user', interval: '1d', top: 10 } as const;

let store: Store;
let definitions: DefinitionSet;
beforeAll(async () => {
  const loaded = parseDefinitions([{ name: 'a.yaml', text: TEXT }], 0);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  definitions = loaded.set;
  store = await openTestStore();
  // From 28 days before the range on, every day, one opens and pays.
  const spans = Array.from({ length: 2 * (DAYS + 28) }, (_, index) => ({
    ...PLAIN_SPAN,
    seq: BigInt(index + 1),
    spanId: BigInt(index + 1),
    startNs:
      BigInt(START_MS + (Math.floor(index / 2) - 28) * DAY_MS + 60_000 * (1 + (index % 2))) *
      1_000_000n,
    user: 'u',
    session: null,
    feature: index % 2 === 0 ? 'open' : 'pay',
    featureStatus: 1,
  }));
  const none = { traceId: null, service: null, component: null, errorType: null, session: null };
  const answers = Array.from({ length: 30 }, (_, index) => ({
    ...none,
    seq: BigInt(spans.length + index + 1),
    timeNs: BigInt(START_MS + 20 * DAY_MS + index * 1000) * 1_000_000n,
    event: 'feature.feedback',
    user: 'u',
    feature: 'open',
    attributes: '{"feature.feedback.score":4,"feature.feedback.scale":5}',
  }));
  await landWorld(store, spans, answers);
  const keepDays = DAYS - REMOVED;
  await store.keepUp({ nowMs: NOW_MS, keepDays, hotDays: 1, maxBytes: 0, otherBytes: 0 });
});
afterAll(() => store.close());

/** How many pieces from the start of the range on are not complete, where all after them are; else -1. */
function countCut(pieces: readonly { readonly complete: boolean }[] | undefined): number {
  const cut = pieces?.findIndex(({ complete }) => complete) ?? -1;
  return pieces?.slice(cut).every(({ complete }) => complete) === true ? cut : -1;
}

test('performance', async () => {
  const { data } = await readPerformance(store, window, { feature: 'open', interval: '1d' });
  expect(data.points.map(({ runs }) => runs).indexOf(1)).toBe(REMOVED);
  expect(countCut(data.points)).toBe(REMOVED);
});

test('the trend of a funnel', async () => {
  const { series } = await readFunnel(store, window, findFunnel(definitions, 'chain').rule, {
    interval: '1d',
  });
  expect(series[0]).toMatchObject({ entered: 1, converted: 1 });
  expect(countCut(series[0]?.trend ?? undefined)).toBe(REMOVED);
});

test('HEART compares happiness with a time that is kept whole, and says since when newcomers are new', async () => {
  const { hearts } = definitions;
  const askFrom = async (day: number, days: number) => {
    const [fromMs, toMs] = [START_MS + day * DAY_MS, START_MS + (day + days) * DAY_MS];
    const asked = parseWindow({ from: String(fromMs), to: String(toMs) }, NOW_MS);
    const { data, warnings } = await readHeart(store, asked, findHeart({ hearts }, 'open'));
    const { happiness, adoption } = data.letters;
    const parts = [...happiness.parts, ...adoption.parts].map(({ part, value }) => [part, value]);
    return { warnings, ...(Object.fromEntries(parts) as Record<string, number | null>) };
  };
  expect(await askFrom(36, 20)).toMatchObject({ previousAnswers: 30, change: null, newActors: 0 });
  expect(await askFrom(36, 21)).toMatchObject({ previousAnswers: null, change: null });
  const { warnings } = await askFrom(36, 20);
  expect(warnings.join(' ')).toMatch(/newActors are new since 2026-01-2/u);
});

test('lifecycle, which speaks of the interval before too', async () => {
  const { data } = await readLifecycle(store, window, request);
  expect(countCut(data[0]?.points)).toBe(REMOVED + 1);
});

test('days of adoption', async () => {
  const { data } = await readAdoption(store, createEmptySet(0), window, 'open');
  expect(countCut(data.days)).toBe(REMOVED);
});

test('retention: a cohort that is cut is in no mean', async () => {
  const { series } = await readRetention(
    store,
    window,
    findRetention(definitions, 'daily').rule,
    undefined,
  );
  const [table] = series;
  expect(countCut(table?.cohorts)).toBe(REMOVED);
  expect(countCut(table?.cohorts.slice(0, -1).flatMap(({ cells }) => cells[1] ?? []))).toBe(
    REMOVED,
  );
  expect(table?.mean[1]?.cohorts).toBe(DAYS - REMOVED);
});

test('stickiness: a day speaks of 28, and steps count what is kept', async () => {
  const { data, asOf } = await readStickiness(store, window, request);
  expect(countCut(data.days)).toBe(REMOVED + 27);
  expect(data.days[REMOVED + 26]?.dauMau).toBeNull();
  expect(data.days[REMOVED + 27]?.dauMau).toBe(1);
  expect(data.ratios).toMatchObject({ dauWau: 1, dauMau: 1, wauMau: 1, fiveOfSeven: 1 });
  expect(data.intervals).toBe(DAYS - REMOVED);
  expect(data.from).toBe(new Date(START_MS + REMOVED * DAY_MS).toISOString());
  expect(data.series[0]?.steps.at(-1)).toMatchObject({ exactly: 1, exactlyShare: 1 });
  expect(asOf).not.toBe('0');
});

test('ratios need the days that they are made of: 7 of a week, 28 of a month', async () => {
  const ratiosOf = async (days: number) => {
    const to = String(START_MS + (REMOVED + days) * DAY_MS);
    const asked = parseWindow({ from: range.from, to, timeZone: 'UTC' }, NOW_MS + 2 * DAY_MS);
    return (await readStickiness(store, asked, request)).data.ratios;
  };
  const none = { day: null, dauWau: null, dauMau: null, wauMau: null, fiveOfSeven: null };
  const week = { dauWau: 1, dauMau: null, wauMau: null, fiveOfSeven: 1 };
  expect(await ratiosOf(6)).toEqual(none);
  expect(await ratiosOf(7)).toMatchObject(week);
  expect(await ratiosOf(27)).toMatchObject(week);
  expect(await ratiosOf(28)).toMatchObject({ dauWau: 1, dauMau: 1, wauMau: 1, fiveOfSeven: 1 });
});

test('members of a step are those of the intervals that it counts', async () => {
  // In this zone a day is cut in two: the part of it that is kept is in no step.
  const zoned = parseWindow({ ...range, timeZone: 'Asia/Kathmandu' }, NOW_MS + 2 * DAY_MS);
  const { data, asOf } = await readStickiness(store, zoned, request);
  const steps = data.series[0]?.steps ?? [];
  expect(steps.at(-1)).toMatchObject({ exactly: 1 });
  for (const intervals of [steps.length, steps.length + 1]) {
    const number = { kind: 'intervals', intervals, isAtLeast: false } as const;
    const page = { asOf: BigInt(asOf), limit: 5 };
    const { total } = await readActivityMembers(store, zoned, request, number, page);
    expect(total).toBe(intervals === steps.length ? 1 : 0);
  }
});
