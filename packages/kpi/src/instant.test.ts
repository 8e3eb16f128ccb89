import { expect, test } from 'vitest';
import { msToNs, nsToInstant, sayInstant } from './instant.ts';

test.each([
  ['0', '1970-01-01T00:00:00.000000000Z'],
  ['1790000000123456789', '2026-09-21T14:13:20.123456789Z'],
  ['9223372036854775806', '2262-04-11T23:47:16.854775806Z'],
  ['-1', '1969-12-31T23:59:59.999999999Z'],
])('%s ns is %s', (ns, expected) => {
  expect(nsToInstant(ns)).toBe(expected);
});

test.each([
  [0, 0n],
  [1.5, 1_500_000n],
  [0.1, 100_000n],
  [1e12, 1_000_000_000_000_000_000n],
  [0.000_000_4, 1n],
])('%d ms is %d ns', (ms, expected) => {
  expect(msToNs(ms)).toBe(expected);
});

test('a sentence has the digits that say something', () => {
  expect(sayInstant(1_000_000_000n)).toBe('1970-01-01T00:00:01Z');
  expect(sayInstant(1_000_000_010n)).toBe('1970-01-01T00:00:01.000000010Z');
});
