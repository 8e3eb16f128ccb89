/** Parts of a whole in words. */
import { expect, test } from 'vitest';
import { sayPart } from './ratio.ts';

test.each([
  [0, 20_004, '0 of 20,004 runs (0.0 %)'],
  [5, 20_004, '5 of 20,004 runs (less than 0.1 %)'],
  [11, 20_004, '11 of 20,004 runs (0.1 %)'],
  [20_003, 20_004, '20,003 of 20,004 runs (more than 99.9 %)'],
  [20_004, 20_004, '20,004 of 20,004 runs (100.0 %)'],
  [1, 3, '1 of 3 runs (33.3 %)'],
])('%i of %i', (part, whole, text) => {
  expect(sayPart(part, whole, 'runs')).toBe(text);
});
