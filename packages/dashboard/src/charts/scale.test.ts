/** Axes: round numbers and round moments. */
import { describe, expect, test } from 'vitest';
import { durationTicks, niceTicks, timeTicks } from './scale.ts';

test.each([
  [0, 4862, [0, 2000, 4000, 6000]],
  [0, 1, [0, 0.5, 1]],
  [0, 0.3, [0, 0.1, 0.2, 0.3]],
  [0.95, 1, [0.95, 0.96, 0.97, 0.98, 0.99, 1]],
  [0, 0, [0]],
])('the ticks from %d to %d cover the largest value in round steps', (min, max, ticks) => {
  expect(niceTicks(min, max, max === 0.95 ? 5 : 4).length).toBeLessThanOrEqual(7);
  expect(niceTicks(min, max, min === 0.95 ? 5 : 4)).toEqual(ticks);
});

test.each([
  ['milliseconds', 684, [0, 200, 400, 600, 800]],
  ['minutes', 95_000, [0, 30_000, 60_000, 90_000, 120_000]],
  ['hours', 3 * 3_600_000, [0, 1, 2, 3].map((hours) => hours * 3_600_000)],
])('the ticks of durations are round %s', (_unit, maxMs, ticks) => {
  expect(durationTicks(maxMs, 4)).toEqual(ticks);
});

describe('moments', () => {
  const day = new Date(2026, 10, 3).getTime();

  test('of a day are round hours of the clock, midnight is the day', () => {
    const ticks = timeTicks(day, new Date(2026, 10, 4).getTime(), 8);
    expect(ticks[0]).toEqual({ ms: day, label: '3 Nov', day: true });
    expect(ticks.slice(1, 3).map(({ label }) => label)).toEqual(['03:00', '06:00']);
    expect(ticks.at(-1)?.label).toBe('4 Nov');
  });

  test('of a month are days', () => {
    const ticks = timeTicks(day, new Date(2026, 11, 1).getTime(), 10);
    expect(ticks.every(({ day }) => day)).toBe(true);
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThanOrEqual(15);
  });

  test('lie inside the range', () => {
    const fromMs = day + 1_234_567;
    const toMs = fromMs + 3_600_000;
    for (const { ms } of timeTicks(fromMs, toMs, 6)) {
      expect(ms).toBeGreaterThanOrEqual(fromMs);
      expect(ms).toBeLessThanOrEqual(toMs);
    }
  });
});
