/** Engagement: how much each of those who are active does, as an average a user. */
import type { Condition } from '@heartwood/store';
import { readActiveDays } from '../active-days.ts';
import { toStatement } from '../analytic.ts';
import { readCount, readCountMembers, type CountRequest } from '../count.ts';
import type { Window } from '../window.ts';
import type { EngagementBasis } from './basis.ts';
import type { Resolver } from './value.ts';

const WEEK_MS = 7 * 86_400_000;
const COUNTED = ['runs', 'users'] as const;

export const ENGAGEMENT: Resolver<EngagementBasis> = {
  async read(reader, window, basis, options) {
    const { series, answer, warnings } = await readCount(reader, window, toRequest(basis), options);
    const values = series[0]?.points[0]?.values ?? [];
    const [runs, users] = [values[0] ?? 0, values[1] ?? 0];
    const asked =
      basis.number === 'fiveOfSeven' ? await readDays(reader, window, basis, options) : null;
    const weeks = (Math.min(window.toMs, window.nowMs) - window.fromMs) / WEEK_MS;
    return {
      value:
        asked === null ? (users === 0 ? null : runs / users / weeks) : asked.ratios.fiveOfSeven,
      sample: users,
      isKept: answer.facts.removedBefore === null,
      parts: COUNTED.map((name, index) => ({ name, value: values[index] ?? 0, isCounted: true })),
      warnings,
      statements: [
        toStatement('runs', answer, answer.total),
        ...(asked?.asked ?? []).map(({ name, answer: one, rows }) =>
          toStatement(name, one, rows.length),
        ),
      ],
      asOf: answer.asOf,
    };
  },

  members(reader, window, basis, part, { asOf, after, limit }, options) {
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

const readDays = (
  reader: Parameters<typeof readActiveDays>[0],
  window: Window,
  { features }: EngagementBasis,
  options: Parameters<typeof readCount>[3],
): ReturnType<typeof readActiveDays> =>
  readActiveDays(reader, window, {
    ...options,
    feature: features[0],
    unit: 'user',
    interval: '1d',
    top: 1,
  });
