/** Engagement: how much each of those who are active does, as an average a user. */
import type { ActivityQuestion, Condition, Reader, ReadOptions } from '@heartwood/store';
import { activeOn, MANY, toLastWeek } from '../active-days.ts';
import { toActivityQuestion } from '../activity.ts';
import { toStatement } from '../analytic.ts';
import { readCount, readCountMembers, type CountRequest } from '../count.ts';
import { factWarnings } from '../facts.ts';
import { createGrid } from '../interval.ts';
import type { Window } from '../window.ts';
import type { EngagementBasis } from './basis.ts';
import type { BasisValue, Resolver } from './resolver.ts';

const WEEK_MS = 7 * 86_400_000;
const COUNTED = ['runs', 'users'] as const;

export const ENGAGEMENT: Resolver<EngagementBasis> = {
  async read(reader, window, basis, options) {
    if (basis.number === 'fiveOfSeven') return readDays(reader, window, basis, options);
    const { series, answer, warnings } = await readCount(reader, window, toRequest(basis), options);
    const values = series[0]?.points[0]?.values ?? [];
    const [runs, users] = [values[0] ?? 0, values[1] ?? 0];
    const weeks = (Math.min(window.toMs, window.nowMs) - window.fromMs) / WEEK_MS;
    return {
      value: users === 0 ? null : runs / users / weeks,
      sample: users,
      isKept: answer.facts.removedBefore === null,
      isSettled: true,
      facts: answer.facts,
      parts: COUNTED.map((name, index) => ({ name, value: values[index] ?? 0, isCounted: true })),
      warnings,
      statements: [toStatement('runs', answer, answer.total)],
      asOf: answer.asOf,
    };
  },

  members(reader, window, basis, part, { asOf, after, limit }, options) {
    if (basis.number === 'fiveOfSeven') {
      const days = DAYS.find(({ name }) => name === part);
      if (days === undefined) return undefined;
      const cell = { part: 'intervals', span: 0, from: days.from, to: 7, group: null } as const;
      const output = { kind: 'members', cell, after, limit } as const;
      const { events, ...question } = toDaysQuestion(window, basis);
      return reader.ask({ ...question, events: { ...events, asOf }, output } as const, options);
    }
    const measure = COUNTED.findIndex((name) => name === part);
    if (measure < 0) return undefined;
    const cell = { bucket: 0, group: null, measure };
    const page = { asOf: asOf ?? LATEST, after, limit };
    return readCountMembers(reader, window, toRequest(basis), cell, page, options);
  },
};

/** All that has landed. */
const LATEST = 2n ** 62n;

const HAS_UNIT: Condition = {
  kind: 'or',
  parts: [
    { kind: 'exists', property: { kind: 'column', name: 'user' } },
    { kind: 'exists', property: { kind: 'column', name: 'session' } },
  ],
};

/** Runs of nobody are no part of what each one does. */
const toRequest = ({ features }: EngagementBasis): CountRequest => ({
  selectors: [{ source: 'run', names: features }],
  unit: 'user',
  scope: HAS_UNIT,
  measures: [{ agg: 'count' }, { agg: 'count_distinct', on: 'user' }],
  interval: 'whole',
});

/** Both are of the last seven complete days, however long the window is. */
const DAYS = [
  { name: 'usersOnFiveDays', from: MANY },
  { name: 'usersInSevenDays', from: 1 },
] as const;

/** Of a window without a complete day the parts are counted all the same; the number is not. */
function toDaysQuestion(
  window: Window,
  { features }: EngagementBasis,
): Omit<ActivityQuestion, 'output'> {
  const { fromMs, toMs } = window;
  return toActivityQuestion(
    { feature: features[0], unit: 'user', interval: '1d', top: 1 },
    toLastWeek(window) ?? {
      ...createGrid(window, '1d'),
      fromMs,
      toMs,
      measure: { kind: 'spread' },
    },
  );
}

async function readDays(
  reader: Reader,
  window: Window,
  basis: EngagementBasis,
  options: ReadOptions,
): Promise<BasisValue> {
  const question = { ...toDaysQuestion(window, basis), output: { kind: 'numbers' } } as const;
  const { rows, ...answer } = await reader.ask(question, options);
  const parts = DAYS.map(({ name, from }) => ({
    name,
    value: activeOn(from, rows),
    isCounted: true,
  }));
  const [many, all] = parts.map(({ value }) => value);
  const isWhole = toLastWeek(window) !== undefined;
  return {
    value: isWhole && many !== undefined && all ? many / all : null,
    sample: all ?? 0,
    isKept: answer.facts.removedBefore === null,
    isSettled: true,
    facts: answer.facts,
    parts,
    warnings: [...factWarnings(answer.facts, 'user'), ...(isWhole ? [] : [NO_DAY])],
    statements: [toStatement('days of each in the last 7', answer, rows.length)],
    asOf: answer.asOf,
  };
}

const NO_DAY = 'No day of this range is complete: nothing is said of 7 days.';
