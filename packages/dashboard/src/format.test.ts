/** Numbers and names as people read them. */
import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatBytes,
  formatAmount,
  formatCount,
  formatMs,
  formatPercent,
  pointChange,
  relativeChange,
  toText,
  toVisible,
} from './format.ts';

describe('a duration', () => {
  test.each([
    ['nothing measured', null, '–'],
    ['none at all', 0, '0 ms'],
    ['nanoseconds', 0.000_04, '40 ns'],
    ['a few microseconds', 0.0042, '4.2 µs'],
    ['microseconds', 0.042, '42 µs'],
    ['a part of a millisecond', 0.42, '0.42 ms'],
    ['some milliseconds', 4.2, '4.2 ms'],
    ['just below ten', 9.99, '10.0 ms'],
    ['milliseconds', 420, '420 ms'],
    ['just below a second', 999.4, '999 ms'],
    ['what rounds to a second', 999.6, '1.00 s'],
    ['seconds', 4200, '4.20 s'],
    ['tens of seconds', 42_000, '42.0 s'],
    ['minutes', 90_000, '1.5 min'],
    ['hours', 9_000_000, '2.5 h'],
  ])('of %s reads %s as %s', (_name, ms, text) => {
    expect(toText(formatMs(ms))).toBe(text);
  });
});

describe('a share', () => {
  test.each([
    ['without a denominator', null, '–'],
    ['of all', 1, '100 %'],
    ['of none', 0, '0 %'],
    ['of nearly all is not shown as all', 0.99999, '99.9 %'],
    ['of nearly none is not shown as none', 0.00001, '0.1 %'],
    ['in between', 0.1234, '12.3 %'],
  ])('%s', (_name, ratio, text) => {
    expect(toText(formatPercent(ratio))).toBe(text);
  });
});

test.each([
  [999_999, '999,999'],
  [1_000_000, '1.00 M'],
  [48_210_000, '48.2 M'],
  [2_000_000_000, '2.00 G'],
])('a count of %d reads %s', (value, text) => {
  expect(toText(formatCount(value))).toBe(text);
});

test.each([
  [3, '3'],
  [1.5, '1.5'],
  [1204.567, '1,204.57'],
  [0.001, '<0.01'],
  [2_500_000.5, '2.50 M'],
])('an amount of %d reads %s', (value, text) => {
  expect(toText(formatAmount(value))).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [47_448_064, '45.3 MiB'],
])('%d bytes read %s', (bytes, text) => {
  expect(toText(formatBytes(bytes)).replace(',', '')).toBe(text);
});

describe('a change against the period before', () => {
  test('is in percent for numbers', () => {
    expect(relativeChange(112, 100)).toEqual({ text: '+12 %', direction: 'up' });
    expect(relativeChange(99, 100)).toEqual({ text: '−1.0 %', direction: 'down' });
  });

  test('is in points for shares', () => {
    expect(pointChange(0.981, 0.99)).toEqual({ text: '−0.9 pp', direction: 'down' });
  });

  test('is a factor when it is large', () => {
    expect(relativeChange(5000, 10)).toEqual({ text: '×500', direction: 'up' });
  });

  test('is not told when there is nothing to compare with', () => {
    expect(relativeChange(5, 0)).toBeUndefined();
    expect(relativeChange(5, null)).toBeUndefined();
    expect(pointChange(null, 0.5)).toBeUndefined();
  });

  test('that rounds to nothing has no direction', () => {
    expect(relativeChange(100.001, 100)?.direction).toBe('flat');
  });
});

test.each([
  [59_999, '59 s ago'],
  [60_000, '1 min ago'],
  [7_200_000, '2 h ago'],
  [172_800_000, '2 d ago'],
  [-5000, '0 s ago'],
])('%d ms read %s', (agoMs, text) => {
  expect(formatAge(1_000_000_000_000 - agoMs, 1_000_000_000_000)).toBe(text);
});

describe('a name from telemetry', () => {
  test('cannot turn the reading direction', () => {
    expect(toVisible('safe\u202egnp.exe')).toBe('safe⟨202E⟩gnp.exe');
  });

  test('cannot hide characters', () => {
    expect(toVisible('check\u200bout\n\u0000')).toBe('check⟨200B⟩out⟨000A⟩⟨0000⟩');
  });

  test('keeps every script and picture', () => {
    const name = 'سلة المشتريات – 購入 🛒 <b>';
    expect(toVisible(name)).toBe(name);
  });
});
