import { expect, test } from 'vitest';
import { trendOf } from './trend.ts';

test.each([
  [5, 0, true, 'new'],
  [5, null, true, 'new'],
  [5, null, false, null],
  [10, 0, false, 'rising'],
  [9, 0, false, 'steady'],
  [30, 10, false, 'rising'],
  [29, 10, false, 'steady'],
  [3, 10, false, 'falling'],
  [4, 10, false, 'steady'],
  [1, 9, false, 'steady'],
] as const)('S2-122 %i errors after %s before, new: %s, are %s', (now, before, isNew, trend) => {
  expect(trendOf(now, before, isNew)).toBe(trend);
});
