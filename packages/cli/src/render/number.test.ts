import { describe, expect, test } from 'vitest';
import {
  showAmount,
  showCount,
  showDuration,
  showMs,
  showNumber,
  showScore,
  showShare,
} from './number.ts';

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1_234_567, '1,234,567'],
])('showCount groups %d as %s', (count, text) => {
  expect(showCount(count)).toBe(text);
});

test.each([
  [0, '0'],
  [1204, '1,204'],
  [1.5, '1.5'],
  [3.2, '3.2'],
  [0.1 + 0.2, '0.3'],
  [1234.567, '1,234.57'],
  [0.001, '<0.01'],
  [-0.001, '>-0.01'],
  [-1234.5, '-1,234.5'],
])('showNumber writes %d with two decimals at most: %s', (value, text) => {
  expect(showNumber(value)).toBe(text);
});

test.each([
  [0, '0'],
  [0.0001, '<0.001'],
  [0.0421, '0.042'],
  [0.9996, '1.00'],
  [4.214, '4.21'],
  [9.996, '10.0'],
  [42.14, '42.1'],
  [99.96, '100'],
  [1431.2, '1,431'],
])('showMs writes %d ms with about three digits: %s', (ms, text) => {
  expect(showMs(ms)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [42.14, '42.1 ms'],
  [999, '999 ms'],
  [1431, '1.43 s'],
  [59_999, '60.0 s'],
  [300_000, '5.00 min'],
  [5_400_000, '1.50 h'],
  [1_209_600_000, '14.0 d'],
])('showDuration writes %d ms in the unit that fits: %s', (ms, text) => {
  expect(showDuration(ms)).toBe(text);
});

describe('showShare', () => {
  test.each([
    ['all', 1, '100.0 %'],
    ['nothing', 0, '0.0 %'],
    ['one digit', 0.97392, '97.4 %'],
    ['nearly all is not all', 0.99999, '>99.9 %'],
    ['nearly nothing is not nothing', 0.00001, '<0.1 %'],
  ])('%s', (_name, share, text) => {
    expect(showShare(share)).toBe(text);
  });
});

test('showScore writes two digits, showAmount the noun in its number', () => {
  expect(showScore(0.714)).toBe('0.71');
  expect(showAmount(1, 'run')).toBe('1 run');
  expect(showAmount(0, 'run')).toBe('0 runs');
});
