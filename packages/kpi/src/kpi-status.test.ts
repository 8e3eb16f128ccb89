import { describe, expect, test } from 'vitest';
import { changeOf, progressOf, statusOf, targetAt, worstOf, type KpiStatus } from './kpi-status.ts';
import { parseTimeZone } from './time-zone.ts';

const RULES = { direction: 'up', minSample: 30, baseline: null } as const;
const DOWN = { ...RULES, direction: 'down' } as const;
const TARGET = { from: null, target: 0.95, warn: 0.9 };

describe('S4-23 the status', () => {
  test.each<[string, number | null, number, typeof TARGET | null, KpiStatus]>([
    ['without a value', null, 100, TARGET, 'insufficient_data'],
    ['below the least sample', 1, 29, TARGET, 'insufficient_data'],
    ['below it without a target', 1, 29, null, 'insufficient_data'],
    ['with the least sample', 1, 30, TARGET, 'on_track'],
    ['without a target', 1, 30, null, 'no_target'],
    ['at the target', 0.95, 30, TARGET, 'on_track'],
    ['just below it', 0.9499, 30, TARGET, 'at_risk'],
    ['at the warning', 0.9, 30, TARGET, 'at_risk'],
    ['below the warning', 0.8999, 30, TARGET, 'off_track'],
  ])('%s', (_name, value, sample, target, status) => {
    expect(statusOf(RULES, { value, sample }, target)).toBe(status);
  });

  test.each<[number, number | null, KpiStatus]>([
    [200, 250, 'on_track'],
    [201, 250, 'at_risk'],
    [250, 250, 'at_risk'],
    [251, 250, 'off_track'],
    [201, null, 'off_track'],
  ])('of %d where less is better than 200, with a warning at %s', (value, warn, status) => {
    const target = { from: null, target: 200, warn };
    expect(statusOf(DOWN, { value, sample: 30 }, target)).toBe(status);
  });

  test.each<[string, number, [number, number], KpiStatus]>([
    ['beyond doubt', 1, [0.96, 1.04], 'on_track'],
    ['with the target within its error', 0.96, [0.93, 0.99], 'at_risk'],
    ['with the warning within its error', 0.89, [0.87, 0.91], 'at_risk'],
    [
      'with nothing known of it',
      1,
      [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      'at_risk',
    ],
    ['below the warning beyond doubt', 0.8, [0.78, 0.82], 'off_track'],
  ])('of a value %s', (_name, value, bounds, status) => {
    expect(statusOf(RULES, { value, sample: 30, bounds }, TARGET)).toBe(status);
    expect(statusOf(RULES, { value, sample: 30, bounds }, null)).toBe('no_target');
    expect(statusOf(RULES, { value, sample: 29, bounds }, TARGET)).toBe('insufficient_data');
  });

  test('of parts is that which needs the most attention', () => {
    expect(worstOf(['no_target', 'on_track', 'at_risk', 'insufficient_data'])).toBe('at_risk');
    expect(worstOf(['no_target', 'on_track', 'insufficient_data'])).toBe('insufficient_data');
    expect(worstOf(['no_target', 'on_track'])).toBe('on_track');
  });
});

test('the target in force is that of the day in the zone; before the first there is none', () => {
  const schedule = [
    { from: '2026-03-01', target: 1, warn: null },
    { from: '2026-03-29T12:00:00Z', target: 2, warn: null },
  ];
  const berlin = parseTimeZone('Europe/Berlin');
  const at = (text: string): number | undefined =>
    targetAt(schedule, Date.parse(text), berlin)?.target;
  expect(at('2026-02-28T22:59:59Z')).toBeUndefined();
  expect(at('2026-02-28T23:00:00Z')).toBe(1);
  expect(at('2026-03-29T11:59:59Z')).toBe(1);
  expect(at('2026-03-29T12:00:00Z')).toBe(2);
  expect(targetAt([], 0, berlin)).toBeNull();
});

describe('progress to the target', () => {
  const goal = (target: number) => ({ from: null, target, warn: null });
  test.each([
    ['from 0', RULES, 0.475, goal(0.95), 0.5],
    ['from a baseline', { ...RULES, baseline: 0.5 }, 0.6, goal(0.7), 0.5],
    ['raw beyond the target', RULES, 1.9, goal(0.95), 2],
    ['raw behind the baseline', { ...RULES, baseline: 0.5 }, 0.4, goal(0.7), -0.5],
    ['down from a baseline', { ...DOWN, baseline: 400 }, 250, goal(200), 0.75],
    ['down from nothing', DOWN, 250, goal(200), null],
    ['from a baseline that is better', { ...RULES, baseline: 0.98 }, 0.9, goal(0.95), null],
    ['from the target', { ...RULES, baseline: 0.95 }, 0.9, goal(0.95), null],
    ['to a target of 0', RULES, 0, goal(0), null],
    ['without a value', RULES, null, goal(1), null],
    ['without a target', RULES, 1, null, null],
  ])('%s', (_name, rules, value, target, progress) => {
    const found = progressOf(rules, value, target);
    expect(found && Number(found.toFixed(9))).toBe(progress);
  });
});

describe('the change', () => {
  const of = (value: number | null, sample = 30) => ({ value, sample });
  const near = (value: number) => ({ ...of(value), bounds: [value - 2, value + 2] as const });
  test.each([
    [
      'less than the error',
      DOWN,
      near(14),
      near(11),
      { difference: 3, share: 3 / 11, verdict: 'same' },
    ],
    [
      'less than the error, down',
      DOWN,
      near(11),
      near(14),
      { difference: -3, share: -3 / 14, verdict: 'same' },
    ],
    [
      'less than the error of one',
      RULES,
      near(12),
      of(10),
      { difference: 2, share: 0.2, verdict: 'same' },
    ],
    [
      'more than the error',
      DOWN,
      near(15),
      near(10),
      { difference: 5, share: 0.5, verdict: 'worse' },
    ],
    ['up', RULES, of(3), of(2), { difference: 1, share: 0.5, verdict: 'better' }],
    ['up from below 0', RULES, of(-1), of(-2), { difference: 1, share: 0.5, verdict: 'better' }],
    [
      'up where less is better',
      DOWN,
      of(3),
      of(2),
      { difference: 1, share: 0.5, verdict: 'worse' },
    ],
    ['none', RULES, of(2), of(2), { difference: 0, share: 0, verdict: 'same' }],
    ['from 0', RULES, of(2), of(0), { difference: 2, share: null, verdict: 'better' }],
    ['too few now', RULES, of(2, 29), of(2), null],
    ['too few before', RULES, of(2), of(2, 29), null],
    ['nothing before', RULES, of(2), of(null), null],
    ['beyond all numbers', RULES, of(1e308), of(-1e308), null],
  ])('%s', (_name, rules, now, before, change) => {
    expect(changeOf(rules, now, before)).toEqual(change);
  });
});
