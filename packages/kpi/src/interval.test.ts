import { describe, expect, test } from 'vitest';
import { QuestionError } from './errors.ts';
import { createGrid, type Grid, INTERVAL_MS, type Interval } from './interval.ts';
import { cutPeriods } from './retention-periods.ts';
import { createRandom, pickFrom } from './testing/world.ts';
import { parseWindow } from './window.ts';

const NOW = Date.UTC(2027, 0, 1);
const window = (from: string, to: string, timeZone = 'UTC') =>
  parseWindow({ from, to, timeZone }, NOW);
const starts = ({ buckets }: Grid): string[] =>
  buckets.map(({ startMs }) => new Date(startMs).toISOString().slice(0, 16));

describe('buckets', () => {
  test('of a day keep 23 and 25 hours where the clock is changed', () => {
    const spring = createGrid(window('2026-03-28', '2026-03-31', 'Europe/Berlin'), '1d');
    expect(starts(spring)).toEqual(['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00']);
    expect(spring.width).toBe(3_600_000_000_000n);
    expect(spring.slots).toHaveLength(24 + 23 + 24);
    const autumn = createGrid(window('2026-10-25', '2026-10-26', 'Europe/Berlin'), '1d');
    expect(autumn.buckets.map(({ startMs, endMs }) => (endMs - startMs) / 3_600_000)).toEqual([25]);
  });

  test('of a week start on Monday', () => {
    const grid = createGrid(window('2026-11-01', '2026-11-20'), '1w');
    expect(starts(grid)).toEqual([
      '2026-10-26T00:00',
      '2026-11-02T00:00',
      '2026-11-09T00:00',
      '2026-11-16T00:00',
    ]);
    expect(grid.buckets.map(({ complete }) => complete)).toEqual([false, true, true, false]);
  });

  test.each(['monday', 'sunday'] as const)(
    'of a week that starts on %s hold their seven days by the clock, as periods of retention do',
    (weekStart) => {
      const random = createRandom(71);
      for (let world = 0; world < 300; world++) {
        const timeZone = pickFrom(
          ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Asia/Beirut'],
          random(),
        );
        const from = Date.UTC(2024, 0, 1) + Math.floor(random() * 800 * 86_400_000);
        const range = {
          from: String(from),
          to: String(from + 1 + Math.floor(random() * 4e9)),
          timeZone,
        };
        const asked = parseWindow(range, NOW, 'UTC', NOW, weekStart);
        const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'long' });
        const dayOf = (ms: number): string => format.format(ms).toLowerCase();
        const days = (ms: number): number =>
          new Set(Array.from({ length: 6 }, (_, day) => dayOf(ms + day * 86_400_000 + 7_200_000)))
            .size;
        const { buckets } = createGrid(asked, '1w');
        const first = buckets.at(0)?.startMs ?? 0;
        const last = buckets.at(-1)?.startMs ?? 0;
        expect([first <= from, last < asked.toMs, days(first)]).toEqual([true, true, 6]);
        expect(
          (buckets.at(0)?.endMs ?? 0) > from && (buckets.at(-1)?.endMs ?? 0) >= asked.toMs,
        ).toBe(true);
        for (const { startMs } of buckets)
          expect([dayOf(startMs), dayOf(startMs - 1) === dayOf(startMs)]).toEqual([
            weekStart,
            false,
          ]);
        const { cohorts } = cutPeriods(asked, 'week', 1);
        expect(cohorts.map(({ startMs }) => startMs)).toEqual(
          buckets.map(({ startMs }) => startMs),
        );
      }
    },
  );

  test('of a month are those of the calendar of the zone', () => {
    const grid = createGrid(window('2026-01-31', '2026-04-01', 'Europe/Berlin'), '1mo');
    expect(starts(grid)).toEqual(['2025-12-31T23:00', '2026-01-31T23:00', '2026-02-28T23:00']);
    const days = grid.buckets.map(({ startMs, endMs }) => (endMs - startMs) / 86_400_000);
    expect(days).toEqual([31, 28, 31 - 1 / 24]);
    expect(grid.buckets.map(({ complete }) => complete)).toEqual([false, true, true]);
  });

  test('of an hour keep to the clock of a zone with three quarters of an hour', () => {
    const grid = createGrid(
      window('2026-11-01T00:20:00Z', '2026-11-01T02:00:00Z', 'Asia/Kathmandu'),
      '1h',
    );
    expect(starts(grid)).toEqual(['2026-11-01T00:15', '2026-11-01T01:15']);
  });

  test('of which runs wait to land are not complete', () => {
    const last = parseWindow({ since: '30m' }, NOW, 'UTC', NOW - 21 * 60_000);
    const { buckets } = createGrid(last, '5m');
    expect(buckets.map(({ complete }) => complete)).toEqual([true, ...Array(5).fill(false)]);
  });

  test('that end less than ten minutes ago are not complete', () => {
    const last = parseWindow({ since: '30m' }, NOW);
    const grid = createGrid(last, '5m');
    expect(grid.buckets.map(({ complete }) => complete)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test('more than 2000 are refused with one that fits', () => {
    const act = (): unknown => createGrid(window('2026-01-01', '2026-11-01'), '1m');
    expect(act).toThrow(QuestionError);
    expect(act).toThrow(/interval=6h/u);
  });

  test('of the longest window have no more slots than a store can take', () => {
    for (const zone of [
      'Africa/Monrovia',
      'Asia/Kathmandu',
      'Pacific/Kiritimati',
      'Pacific/Niue',
    ]) {
      for (const [from, to] of [
        ['1970-01-02', '1975-01-01'],
        ['1976-01-01', '1980-12-31'],
        ['1984-01-01', '1988-12-31'],
      ] as const) {
        const { slots } = createGrid(window(from, to, zone), '1d');
        expect(slots.length).toBeLessThan(200_000);
      }
    }
  });

  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia'];
  const names = Object.keys(INTERVAL_MS) as Interval[];
  test.each(zones.flatMap((zone) => names.map((name) => [zone, name] as const)))(
    'in %s of %s join without gap, cover the window and agree with their slots',
    (zone, interval) => {
      // Both changes of the clock of a year lie near these windows in one zone or the other.
      for (const from of ['2026-03-07T05:17:00Z', '2026-03-28T00:00:00Z', '2026-10-03T09:00:00Z']) {
        const lengthMs = Math.min(INTERVAL_MS[interval] * 40, 40 * 86_400_000);
        const to = new Date(Date.parse(from) + lengthMs).toISOString();
        const cut = window(from, to, zone);
        const grid = createGrid(cut, interval);
        expect(grid.buckets[0]?.startMs).toBeLessThanOrEqual(cut.fromMs);
        expect(grid.buckets[0]?.endMs).toBeGreaterThan(cut.fromMs);
        expect(grid.buckets.at(-1)?.startMs).toBeLessThan(cut.toMs);
        expect(grid.buckets.at(-1)?.endMs).toBeGreaterThanOrEqual(cut.toMs);
        let slotStart = grid.origin;
        const seen = new Map<string, bigint>();
        for (const slot of grid.slots) {
          if (!seen.has(slot)) seen.set(slot, slotStart);
          slotStart += grid.width;
        }
        for (const [index, { startMs, endMs }] of grid.buckets.entries()) {
          expect(seen.get(String(index))).toBe(BigInt(startMs) * 1_000_000n);
          expect(grid.buckets[index + 1]?.startMs ?? endMs).toBe(endMs);
        }
        expect(slotStart).toBe(BigInt(grid.buckets.at(-1)?.endMs ?? 0) * 1_000_000n);
      }
    },
  );
});
