import { describe, expect, test } from 'vitest';
import { QuestionError } from './errors.ts';
import {
  isComplete,
  toWatermark,
  MAX_WINDOW_DAYS,
  parseDuration,
  parseTime,
  parseWindow,
  toNs,
} from './window.ts';
import { parseTimeZone } from './time-zone.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const DAY_MS = 86_400_000;

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof QuestionError) return `${error.code} ${error.parameter}`;
    throw error;
  }
  return 'none';
};

describe('a duration', () => {
  test.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['24h', DAY_MS],
    ['7d', 7 * DAY_MS],
    ['4w', 28 * DAY_MS],
    ['1h30m', 5_400_000],
    [' 2 d ', 2 * DAY_MS],
  ])('%s is read', (text, expected) => {
    expect(parseDuration(text, 'since')).toBe(expected);
  });

  test.each([
    '',
    '7',
    'd',
    '7 days',
    '-1h',
    '0s',
    '1e9d',
    'NaNh',
    'Infinityd',
    '1h,2m',
    '1h 2x',
    '٣h',
    '0.0001ms',
  ])('"%s" is refused', (text) => {
    expect(codeOf(() => parseDuration(text, 'since'))).toBe('DURATION_INVALID since');
  });
});

describe('a time', () => {
  const berlin = parseTimeZone('Europe/Berlin');
  test.each([
    ['2026-11-21T12:00:00Z', '2026-11-21T12:00:00.000Z'],
    ['2026-11-21T12:00:00.123456789Z', '2026-11-21T12:00:00.123Z'],
    ['2026-11-21 12:00+05:45', '2026-11-21T06:15:00.000Z'],
    ['2026-11-21T12:00:00', '2026-11-21T11:00:00.000Z'],
    ['2026-07-21', '2026-07-20T22:00:00.000Z'],
    ['2026-07', '2026-06-30T22:00:00.000Z'],
    ['20260721', '2026-07-20T22:00:00.000Z'],
    ['2026-11-21T12:00:00-2359', '2026-11-22T11:59:00.000Z'],
    ['1790000000000', '2026-09-21T14:13:20.000Z'],
    ['0', '1970-01-01T00:00:00.000Z'],
    ['now', '2026-11-21T12:00:00.000Z'],
    ['Today', '2026-11-20T23:00:00.000Z'],
    ['yesterday', '2026-11-19T23:00:00.000Z'],
    // Half past two does not exist on this day in Berlin: the moment of the jump stands for it.
    ['2026-03-29T02:30:00', '2026-03-29T01:00:00.000Z'],
    // It comes twice on this one: the first counts.
    ['2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
  ])('%s is read on the clock of Berlin', (text, expected) => {
    expect(new Date(parseTime(text, 'from', berlin, NOW)).toISOString()).toBe(expected);
  });

  test.each([
    '',
    'soon',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-01-01T24:00:00',
    '2026-01-01T10',
    '20260230',
    '2026-01-01T00:00+99:99',
    '2026-01-01T00:00+24:00',
    '2026-01-01T00:00-01:60',
    'NaN',
    'Infinity',
    '1e12',
    '0x10',
    "2026-01-01'; --",
  ])('"%s" is refused', (text) => {
    expect(codeOf(() => parseTime(text, 'from', berlin, NOW))).toBe('TIME_INVALID from');
  });

  test.each(['-1', '1969-12-31', '9999999999999', '9999-01-01', '0099-01-01', '0000-01-01'])(
    '"%s" is out of range',
    (text) => {
      expect(codeOf(() => parseTime(text, 'to', berlin, NOW))).toBe('TIME_OUT_OF_RANGE to');
    },
  );
});

describe('a window', () => {
  test('is the last 24 hours when nothing is said', () => {
    const { fromMs, toMs, zone } = parseWindow({}, NOW);
    expect([fromMs, toMs, zone.name]).toEqual([NOW - DAY_MS, NOW, 'UTC']);
  });

  test('of a length ends at its end', () => {
    const { fromMs, toMs } = parseWindow({ since: '1h', to: String(NOW - DAY_MS) }, NOW);
    expect([fromMs, toMs]).toEqual([NOW - DAY_MS - 3_600_000, NOW - DAY_MS]);
  });

  test.each([
    [{ from: 'now', to: 'now' }, 'RANGE_EMPTY from'],
    [{ from: 'now', to: 'yesterday' }, 'RANGE_REVERSED from'],
    [{ from: '2030-01-01' }, 'RANGE_REVERSED from'],
    [{ since: '1h', from: 'today' }, 'RANGE_AMBIGUOUS since'],
    [{ since: '520w' }, 'RANGE_TOO_LONG since'],
    [{ from: '1980-01-01' }, 'RANGE_TOO_LONG from'],
    [{ to: '1970-01-01T01:00:00Z' }, 'TIME_OUT_OF_RANGE to'],
    [{ timeZone: 'Mars/Olympus' }, 'TIME_ZONE_UNKNOWN timeZone'],
    [{ timeZone: '' }, 'TIME_ZONE_UNKNOWN timeZone'],
  ])('%j is refused with %s', (text, expected) => {
    expect(codeOf(() => parseWindow(text, NOW))).toBe(expected);
  });

  test('of the greatest length is answered', () => {
    const { fromMs, toMs } = parseWindow({ since: `${String(MAX_WINDOW_DAYS)}d` }, NOW);
    expect(toMs - fromMs).toBe(MAX_WINDOW_DAYS * DAY_MS);
  });

  test('is half-open in nanoseconds', () => {
    expect(toNs({ fromMs: 1, toMs: 2 })).toEqual({ from: 1_000_000n, to: 2_000_000n });
  });

  test('is complete ten minutes after its end', () => {
    const window = parseWindow({}, NOW);
    expect(isComplete(NOW - 600_000, window)).toBe(true);
    expect(isComplete(NOW - 599_999, window)).toBe(false);
  });

  test.each([
    ['nothing waits to land', undefined, 600_000],
    ['what waits was received a moment ago', NOW - 1000, 601_000],
    ['what waits was received an hour ago', NOW - 3_600_000, 4_200_000],
  ])('is complete until when all is there: %s', (_case, waitingSinceMs, agoMs) => {
    const window = parseWindow({}, NOW, 'UTC', toWatermark(NOW, waitingSinceMs));
    expect(isComplete(NOW - agoMs, window)).toBe(true);
    expect(isComplete(NOW - agoMs + 1, window)).toBe(false);
  });
});
