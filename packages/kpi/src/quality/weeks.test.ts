/** How far back the weeks reach that something is compared with. */
import { describe, expect, test } from 'vitest';
import { parseTimeZone } from '../time-zone.ts';
import { createWeeks, pointsOf } from './weeks.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const UTC = parseTimeZone('UTC');
const NOW_MS = Date.UTC(2026, 10, 23, 2);

describe('weeks to compare with', () => {
  test.each([
    ['every 17 minutes', 17 * MINUTE_MS, 0],
    ['once a day', DAY_MS, 3 * 60 * MINUTE_MS],
    ['once a week', 7 * DAY_MS, 5 * 60 * MINUTE_MS],
  ])('are as many as asked for of what comes %s for long', (_case, everyMs, offsetMs) => {
    for (const count of [1, 4, 8]) {
      const weeks = createWeeks(NOW_MS, UTC, count);
      const epochMs = weeks.fromMs + offsetMs;
      const first = epochMs - Math.floor((epochMs - weeks.sinceMs) / everyMs) * everyMs;
      const points = pointsOf(weeks, String(BigInt(first) * 1_000_000n), null);
      expect(points).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    }
  });

  test('are those since something was first seen', () => {
    const weeks = createWeeks(NOW_MS, UTC, 8);
    const first = BigInt(weeks.fromMs - 20 * DAY_MS) * 1_000_000n;
    expect(pointsOf(weeks, String(first), null)).toEqual([1, 2]);
    expect(pointsOf(weeks, '0', first)).toEqual([1, 2]);
  });

  test('of none begin with the period', () => {
    const weeks = createWeeks(NOW_MS, UTC, 0);
    expect(weeks.sinceMs).toBe(weeks.fromMs);
    expect(weeks.slots.labels).toHaveLength(96);
  });

  test.each([
    ['that lacked an hour', '2026-04-05T22:00:00Z', 96, [96, 92, 96]],
    ['of which the day itself lacks one', '2026-03-29T22:00:00Z', 92, [92, 92, 92]],
    ['that had an hour twice', '2026-11-01T23:00:00Z', 96, [96, 96, 96]],
    ['of which the day itself has one twice', '2026-10-25T23:00:00Z', 100, [100, 96, 96]],
  ])('show the same time on the clock: one %s', (_case, until, quarters, found) => {
    const zone = parseTimeZone('Europe/Berlin');
    const { slots, sinceMs, fromMs } = createWeeks(Date.parse(until), zone, 2);
    expect(slots.quarters).toBe(quarters);
    const places = slots.labels.flatMap((label, place) =>
      label === '-1'
        ? []
        : [{ label: Number(label), wallMs: zone.toWall(sinceMs + place * 15 * MINUTE_MS) }],
    );
    const weekOf = (label: number): number => Math.floor(label / quarters);
    expect(
      [0, 1, 2].map((week) => places.filter(({ label }) => weekOf(label) === week).length),
    ).toEqual(found);
    for (const { label, wallMs } of places) {
      const ownMs = zone.toWall(fromMs + (label % quarters) * 15 * MINUTE_MS);
      expect(ownMs - wallMs).toBe(weekOf(label) * 7 * DAY_MS);
    }
  });
});
