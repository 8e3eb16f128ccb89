/** The rate: exact for steady work, quick to follow a change, honest when nothing comes. */
import { describe, expect, it } from 'vitest';
import { Rate } from './rate.ts';

/** Counts that come every `everyMs`, `items` at a time. */
function steady(
  rate: Rate,
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
      const rate = new Rate(0, 0);
      steady(rate, 0, Math.max(every, 1000), every, items);
      expect(rate.perSecond(Math.max(every, 1000))).toBeCloseTo(perS, 0);
      steady(rate, Math.max(every, 1000), 100_000, every, items);
      expect(rate.perSecond(100_000)).toBeCloseTo(perS, 0);
    },
  );

  it('is unknown before the first step', () => {
    const rate = new Rate(0, 0);
    expect(rate.perSecond(5000)).toBeUndefined();
    rate.note(5000, 0);
    expect(rate.perSecond(5000)).toBeUndefined();
  });

  it('follows a change within a time constant or two', () => {
    const rate = new Rate(0, 0);
    let count = 0;
    for (let ms = 1000; ms <= 60_000; ms += 1000) rate.note(ms, (count += 10));
    for (let ms = 61_000; ms <= 105_000; ms += 1000) rate.note(ms, (count += 100));
    expect(rate.perSecond(105_000)).toBeGreaterThan(90);
    expect(rate.perSecond(105_000)).toBeLessThanOrEqual(100);
  });

  it('does not fall between steps that come at their usual pace, and falls when they stay away', () => {
    const rate = new Rate(0, 0);
    for (let i = 1; i <= 10; i++) rate.note(i * 10_000, i * 100);
    expect(rate.perSecond(119_000)).toBeCloseTo(10);
    expect(rate.perSecond(160_000)).toBeLessThan(2);
  });

  it('begins anew when the count falls', () => {
    const rate = new Rate(0, 0);
    rate.note(1000, 1000);
    rate.note(2000, 0);
    expect(rate.perSecond(2000)).toBeUndefined();
    rate.note(3000, 7);
    expect(rate.perSecond(3000)).toBeCloseTo(7);
  });
});
