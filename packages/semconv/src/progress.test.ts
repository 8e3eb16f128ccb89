/** Progress: the rate is exact for steady work, quick to follow a change and honest when nothing comes; guesses never reach the end. */
import { describe, expect, it } from 'vitest';
import { progressEtaS, progressFraction, ProgressRate, totalIsEstimate } from './progress.ts';

/** Counts that come every `everyMs`, `items` at a time. */
function steady(
  rate: ProgressRate,
  fromMs: number,
  untilMs: number,
  everyMs: number,
  items: number,
): number {
  let count = (fromMs / everyMs) * items;
  for (let ms = fromMs + everyMs; ms <= untilMs; ms += everyMs) rate.note(ms, (count += items));
  return count;
}

describe('the rate', () => {
  it.each([
    [1, 0.05, 50],
    [100, 5, 50],
    [1000, 3, 3],
    [20_000, 1000, 50],
  ])(
    'of steps every %i ms of %d items is %d a second, from the first second on',
    (every, items, perS) => {
      const rate = new ProgressRate(0, 0);
      steady(rate, 0, Math.max(every, 1000), every, items);
      expect(rate.perSecond(Math.max(every, 1000))).toBeCloseTo(perS, 0);
      steady(rate, Math.max(every, 1000), 100_000, every, items);
      expect(rate.perSecond(100_000)).toBeCloseTo(perS, 0);
    },
  );

  it('is unknown before the first step', () => {
    const rate = new ProgressRate(0, 0);
    expect(rate.perSecond(5000)).toBeUndefined();
    rate.note(5000, 0);
    expect(rate.perSecond(5000)).toBeUndefined();
  });

  it('follows a change within a time constant or two', () => {
    const rate = new ProgressRate(0, 0);
    let count = 0;
    for (let ms = 1000; ms <= 60_000; ms += 1000) rate.note(ms, (count += 10));
    for (let ms = 61_000; ms <= 105_000; ms += 1000) rate.note(ms, (count += 100));
    expect(rate.perSecond(105_000)).toBeGreaterThan(90);
    expect(rate.perSecond(105_000)).toBeLessThanOrEqual(100);
  });

  it('does not fall between steps that come at their usual pace, and falls when they stay away', () => {
    const rate = new ProgressRate(0, 0);
    for (let i = 1; i <= 10; i++) rate.note(i * 10_000, i * 100);
    expect(rate.perSecond(119_000)).toBeCloseTo(10);
    expect(rate.perSecond(160_000)).toBeLessThan(2);
  });

  it('falls in a silence no lower than one more step of its kind in that time, and never rises by it', () => {
    const rate = new ProgressRate(0, 0);
    steady(rate, 0, 120_000, 5000, 1);
    expect(rate.perSecond(180_000)).toBeCloseTo(1 / 60, 6);
    expect(rate.perSecond(420_000)).toBeCloseTo(1 / 300, 6);
    expect(rate.perSecondBefore).toBeCloseTo(0.2, 6);
    rate.note(420_010, 10_000);
    const { perSecondBefore = 0 } = rate;
    expect(rate.perSecond(1_030_000)).toBeLessThanOrEqual(perSecondBefore);
  });

  it('begins anew when the count falls', () => {
    const rate = new ProgressRate(0, 0);
    rate.note(1000, 1000);
    rate.note(2000, 0);
    expect(rate.perSecond(2000)).toBeUndefined();
    rate.note(3000, 7);
    expect(rate.perSecond(3000)).toBeCloseTo(7);
  });
});

describe('how far it is', () => {
  const count = (current?: number, total?: number, isEstimated = false) => ({
    current,
    total,
    isEstimated,
  });

  it.each([
    ['without a total', count(3), undefined, undefined],
    ['of no items', count(0, 0), undefined, undefined],
    ['before the first count', count(undefined, 10), 0, undefined],
    ['half way', count(5, 10), 0.5, 0.5],
    ['half way of a guess', count(5, 10, true), 0.5, 0.5],
    ['at the end of a known total', count(10, 10), 1, 1],
    ['at the end of a guess', count(10, 10, true), 0.99, 1],
    ['beyond the total', count(11, 10), 0.99, 1],
  ])('%s', (_case, given, underWay, done) => {
    expect(progressFraction(given, false)).toBe(underWay);
    expect(progressFraction(given, true)).toBe(done);
  });

  it('takes a total for a guess that was estimated or passed', () => {
    expect(totalIsEstimate(count(1, 10))).toBe(false);
    expect(totalIsEstimate(count(1, 10, true))).toBe(true);
    expect(totalIsEstimate(count(11, 10))).toBe(true);
    expect(totalIsEstimate(count(11))).toBe(false);
  });

  it.each([
    ['items left by their rate', count(40, 100), 3, 3, 20],
    ['nothing left at the end', count(100, 100), 3, 3, 0],
    ['unknown without a count', count(undefined, 100), 3, 3, undefined],
    ['unknown without a total', count(40), 3, 3, undefined],
    ['unknown without a rate', count(40, 100), undefined, 3, undefined],
    ['unknown beyond the total', count(101, 100), 3, 3, undefined],
    ['unknown in the first steps of a long way', count(1, 100), 3, 2, undefined],
    ['known from 2 % on, however few the steps', count(2, 100), 2, 1, 49],
    ['known from the third step on, however long the way', count(1, 10_001), 5, 3, 2000],
  ])('time left: %s', (_case, given, ratePerS, steps, seconds) => {
    expect(progressEtaS(given, ratePerS, steps)).toBe(seconds);
  });
});
