/** Ranges: lengths, the period before, how often to ask. */
import { expect, test } from 'vitest';
import { intervalsFor, parseLengthMs, previousOf, refreshMsOf } from './range.ts';

test.each([
  ['90s', 90_000],
  ['24h', 86_400_000],
  ['4w', 2_419_200_000],
  ['0d', undefined],
  ['-1h', undefined],
  ['1y', undefined],
  ['', undefined],
])('the length %j is %s ms', (text, ms) => {
  expect(parseLengthMs(text)).toBe(ms);
});

test('the period before has the same length and ends where this one starts', () => {
  expect(previousOf({ from: '2026-11-08T06:00:00.000Z', to: '2026-11-15T06:00:00.000Z' })).toEqual({
    from: '2026-11-01T06:00:00.000Z',
    to: '2026-11-08T06:00:00.000Z',
  });
});

test('a range that stands still is not asked for again', () => {
  expect(refreshMsOf({ kind: 'between', from: '', to: '' })).toBeUndefined();
  expect(refreshMsOf({ kind: 'since', since: '1h' })).toBe(5000);
});

test('only bucket lengths that can be read as a line are offered', () => {
  expect(intervalsFor(3_600_000)).toEqual(['1m', '5m', '15m', '30m']);
  expect(intervalsFor(28 * 86_400_000)).toEqual(['3h', '6h', '12h', '1d', '1w']);
});
