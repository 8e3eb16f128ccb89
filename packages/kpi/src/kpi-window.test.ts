import { describe, expect, test } from 'vitest';
import type { KpiDefinition } from './definition/kinds.ts';
import { parseDefinitions } from './definition/set.ts';
import { cutPeriods, type Period } from './retention-periods.ts';
import { grainOf, toKpiSpans, toSpanSlots, type Span } from './kpi-window.ts';
import { parseWindow, type Window } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const rolling = (ms: number): KpiDefinition['window'] => ({ kind: 'rolling', ms });
const calendar = (period: 'day' | 'week' | 'month'): KpiDefinition['window'] => ({
  kind: 'calendar',
  period,
});
const at = (now: string, timeZone = 'UTC', to = now): Window =>
  parseWindow({ to, timeZone }, Date.parse(now));
/** While requests wait to land since a moment. */
const behind = (now: string, watermark: string): Window =>
  parseWindow({ to: now }, Date.parse(now), 'UTC', Date.parse(watermark));
const show = ({ startMs, endMs }: Span): string =>
  `${new Date(startMs).toISOString().slice(0, 16)} ${new Date(endMs).toISOString().slice(0, 16)}`;

describe('the window of a KPI', () => {
  test.each<[string, KpiDefinition['window'], KpiDefinition['grain'], Window, string, string]>([
    [
      'of 7 days ends with the last day that is over',
      rolling(7 * DAY_MS),
      '1d',
      at('2026-03-11T15:00:00Z'),
      '2026-03-04T00:00 2026-03-11T00:00',
      '2026-02-25T00:00 2026-03-04T00:00',
    ],
    [
      'waits for what comes late',
      rolling(DAY_MS),
      '1d',
      at('2026-03-11T00:09:59Z'),
      '2026-03-09T00:00 2026-03-10T00:00',
      '2026-03-08T00:00 2026-03-09T00:00',
    ],
    [
      'waits for what has not landed',
      rolling(DAY_MS),
      '1d',
      behind('2026-03-11T15:00:00Z', '2026-03-09T23:00:00Z'),
      '2026-03-08T00:00 2026-03-09T00:00',
      '2026-03-07T00:00 2026-03-08T00:00',
    ],
    [
      'begins at midnight of the zone, over the day of 23 hours',
      rolling(2 * DAY_MS),
      '1d',
      at('2026-03-30T12:00:00Z', 'Europe/Berlin'),
      '2026-03-27T23:00 2026-03-29T22:00',
      '2026-03-25T23:00 2026-03-27T23:00',
    ],
    [
      'of weeks ends on Sunday',
      rolling(28 * DAY_MS),
      '1w',
      at('2026-03-11T15:00:00Z'),
      '2026-02-09T00:00 2026-03-09T00:00',
      '2026-01-12T00:00 2026-02-09T00:00',
    ],
    [
      'that is shorter than its grain is cut finer',
      rolling(90 * 60_000),
      '1d',
      at('2026-03-11T15:20:00Z'),
      '2026-03-11T13:30 2026-03-11T15:00',
      '2026-03-11T12:00 2026-03-11T13:30',
    ],
    [
      'of a day by the minute is a day long',
      rolling(DAY_MS),
      '1m',
      at('2026-03-11T15:14:30Z'),
      '2026-03-10T15:04 2026-03-11T15:04',
      '2026-03-09T15:04 2026-03-10T15:04',
    ],
    [
      'by the calendar is the month that is over',
      calendar('month'),
      '1d',
      at('2026-03-01T00:10:00Z'),
      '2026-02-01T00:00 2026-03-01T00:00',
      '2026-01-01T00:00 2026-02-01T00:00',
    ],
    [
      'by the calendar is not yet the month that may grow',
      calendar('month'),
      '1d',
      at('2026-03-01T00:09:00Z'),
      '2026-01-01T00:00 2026-02-01T00:00',
      '2025-12-01T00:00 2026-01-01T00:00',
    ],
    [
      'by the calendar is a week from Monday',
      calendar('week'),
      '1d',
      at('2026-03-11T15:00:00Z', 'Asia/Kathmandu'),
      '2026-03-01T18:15 2026-03-08T18:15',
      '2026-02-22T18:15 2026-03-01T18:15',
    ],
    [
      'by the calendar is a week from Sunday where weeks begin so',
      calendar('week'),
      '1d',
      parseWindow(
        { to: '2026-03-11T15:00:00Z' },
        Date.parse('2026-03-11T15:00:00Z'),
        'UTC',
        undefined,
        'sunday',
      ),
      '2026-03-01T00:00 2026-03-08T00:00',
      '2026-02-22T00:00 2026-03-01T00:00',
    ],
    [
      'as of a moment that is over',
      calendar('day'),
      '1d',
      at('2026-03-11T15:00:00Z', 'UTC', '2026-03-02T05:00:00Z'),
      '2026-03-01T00:00 2026-03-02T00:00',
      '2026-02-28T00:00 2026-03-01T00:00',
    ],
    [
      'as of a moment to come is that of now',
      rolling(DAY_MS),
      '1h',
      at('2026-03-11T15:30:00Z', 'UTC', '2261-01-01T00:00:00Z'),
      '2026-03-10T15:00 2026-03-11T15:00',
      '2026-03-09T15:00 2026-03-10T15:00',
    ],
  ])('%s', (_name, window, grain, asked, current, previous) => {
    const spans = toKpiSpans({ window, grain }, asked);
    expect([show(spans.current), show(spans.previous)]).toEqual([current, previous]);
  });

  test('cannot begin before 1970', () => {
    const asked = { ...at('2026-03-11T15:00:00Z'), fromMs: 0, toMs: 20 * DAY_MS };
    expect(() => toKpiSpans({ window: rolling(28 * DAY_MS), grain: '1d' }, asked)).toThrow(
      /outside of what can be stored/u,
    );
  });
});

describe('the window of a KPI on a retention table', () => {
  const kpiOf = (period: string, window: string): { kpi: KpiDefinition; warnings: string[] } => {
    const text = `
retention: [{id: table, start: feature:any, return: feature:any, period: ${period}, periods: 1}]
heart: [{id: h, feature: a, letters: {retention: {goal: g, signal: s, metric: {retention: table}}}}]
kpis: [{id: k, heart: h, letter: retention, window: ${window}}]`;
    const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const kpi = loaded.set.kpis.get('k');
    if (kpi === undefined) throw new Error(text);
    return { kpi, warnings: loaded.set.warnings.map(({ message }) => message) };
  };

  test.each([
    ['day', '1d', 1],
    ['week', '7d', 1],
    ['week', '28d', 4],
    ['week', '{calendar: week}', 1],
    ['month', '31d', 1],
    ['month', '{calendar: month}', 1],
  ])('by the %s over %s holds %i whole cohorts, whatever the day', (period, window, whole) => {
    const { kpi, warnings } = kpiOf(period, window);
    expect(warnings).toEqual([]);
    for (let day = 0; day < 400; day += 3) {
      const asked = at(new Date(Date.UTC(2026, 0, 5, 13) + day * DAY_MS).toISOString());
      const { startMs, endMs } = toKpiSpans(kpi, asked).current;
      const range = { ...asked, fromMs: startMs, toMs: endMs };
      const { cohorts } = cutPeriods(range, period as Period, 0);
      expect(cohorts.filter(({ complete }) => complete)).toHaveLength(whole);
    }
  });

  test.each([
    ['hour', '30m', '1h'],
    ['week', '6d', '7d or {calendar: week}'],
    ['week', '{calendar: day}', '7d or {calendar: week}'],
    ['month', '28d', '31d or {calendar: month}'],
    ['month', '{calendar: week}', '31d or {calendar: month}'],
  ])('by the %s over %s is warned of: give it %s', (period, window, enough) => {
    expect(kpiOf(period, window).warnings).toEqual([expect.stringContaining(enough)]);
  });
});

test('windows of different lengths are slots of one width', () => {
  const asked = at('2026-03-30T12:00:00Z', 'Europe/Berlin');
  const { origin, width, buckets } = toSpanSlots(
    toKpiSpans({ window: rolling(DAY_MS), grain: '1d' }, asked),
  );
  expect(origin).toBe(BigInt(Date.UTC(2026, 2, 27, 23)) * 1_000_000n);
  expect(width).toBe(BigInt(HOUR_MS) * 1_000_000n);
  expect(buckets.join('')).toBe('0'.repeat(24) + '1'.repeat(23));
});

test('a rolling window at a grain of months ends with the last month that is over', () => {
  const asked = parseWindow({ timeZone: 'Europe/Berlin' }, Date.UTC(2026, 3, 20));
  const { current } = toKpiSpans({ window: rolling(28 * DAY_MS), grain: '1mo' }, asked);
  expect(current.endMs).toBe(Date.UTC(2026, 2, 31, 22));
});

test.each<[KpiDefinition['window'], KpiDefinition['grain'], string]>([
  [rolling(28 * DAY_MS), '1d', '1d'],
  [rolling(60_000), '1d', '1m'],
  [rolling(1000), '1d', '1m'],
  [calendar('day'), '1w', '1d'],
  [calendar('month'), '1mo', '1mo'],
  [rolling(90 * DAY_MS), '1mo', '1mo'],
  [rolling(7 * DAY_MS), '1mo', '1w'],
])('%j at a grain of %s is drawn by %s', (window, grain, drawn) => {
  expect(grainOf({ window, grain })).toBe(drawn);
});
