import { expect, test } from 'vitest';
import { performanceTier } from './tier.ts';

test.each([
  [0, 'excellent'],
  [199.999, 'excellent'],
  [200, 'good'],
  [500, 'acceptable'],
  [1000, 'slow'],
  [4999, 'slow'],
  [5000, 'very_slow'],
])('a duration of %d ms is %s', (durationMs, tier) => {
  expect(performanceTier(durationMs)).toBe(tier);
});
