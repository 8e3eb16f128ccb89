import { expect, test } from 'vitest';
import { efficiency } from './efficiency.ts';
import { FEATURE_STATUSES, FeatureStatus } from './values.ts';

test('half a second without output in one round scores 0.25 + 0.2', () => {
  expect(efficiency('success', 500, 0, 1)).toBeCloseTo(0.45, 12);
});

test('an instant run with endless output in one round nears 1', () => {
  expect(efficiency('success', 0, 1e12, 1)).toBeCloseTo(1, 6);
});

test('a byte more never lowers the score of a large output', () => {
  const bytes = 6_649_544_172;
  expect(efficiency('success', 278, bytes + 1, 3)).toBeGreaterThanOrEqual(
    efficiency('success', 278, bytes, 3),
  );
});

test.each([FeatureStatus.FAILED, FeatureStatus.TIMEOUT])('a %s run scores 0', (status) => {
  expect(efficiency(status, 1, 1e6, 1)).toBe(0);
});

test('odd numbers never leave the range from 0 to 1', () => {
  const odd = [-1, 0, Number.NaN, Infinity, -Infinity, 1e308];
  for (const status of FEATURE_STATUSES)
    for (const duration of odd)
      for (const output of odd)
        for (const iterations of odd) {
          const score = efficiency(status, duration, output, iterations);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
        }
});
