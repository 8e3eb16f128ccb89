import { expect, test } from 'vitest';
import { showTime } from './time.ts';

test.each([
  ['UTC', '2026-11-21T09:30:15.123456789Z', 'UTC', '2026-11-21 09:30:15'],
  ['a zone ahead', '2026-11-21T23:30:15.000Z', 'Europe/Berlin', '2026-11-22 00:30:15'],
  ['midnight is 00', '2026-11-21T00:00:00Z', 'UTC', '2026-11-21 00:00:00'],
  ['a zone with half an hour', '2026-11-21T09:30:00Z', 'Asia/Kolkata', '2026-11-21 15:00:00'],
  [
    'a zone that is not known falls back to UTC',
    '2026-11-21T09:30:00Z',
    'Mars/Base',
    '2026-11-21 09:30:00',
  ],
  ['what is no moment stays', 'soon', 'UTC', 'soon'],
])('%s', (_name, instant, zone, text) => {
  expect(showTime(instant, zone, 'second')).toBe(text);
});

test('minutes alone', () => {
  expect(showTime('2026-11-21T09:30:59.999Z', 'UTC', 'minute')).toBe('2026-11-21 09:30');
});
