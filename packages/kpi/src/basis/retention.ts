/** Retention: the mean of one column over the complete cohorts of a window. */
import { toStatement } from '../analytic.ts';
import { isKept } from '../facts.ts';
import { readRetention, readRetentionMembers, toColumns, type Breakdown } from '../retention.ts';
import { cutPeriods } from '../retention-periods.ts';
import { isInMean } from '../retention-table.ts';
import { sayInstant } from '../instant.ts';
import type { Window } from '../window.ts';
import type { RetentionBasis } from './basis.ts';
import type { Resolver } from './resolver.ts';

export const RETENTION: Resolver<RetentionBasis> = {
  async read(reader, window, basis, options) {
    const { rule, id } = basis.definition;
    const report = await readRetention(reader, window, rule, keptBreakdown(basis), options);
    const { series, answer, warnings } = report;
    const [table] = series;
    const column = columnOf(basis);
    const mean = table?.mean[column];
    const cohorts = (table?.cohorts ?? []).map((cohort, index) => ({
      ...cohort,
      index,
      cell: cohort.cells[column],
      isCounted: isInMean(cohort, column, rule),
    }));
    const complete = cohorts.filter(({ isCounted }) => isCounted);
    return {
      value: mean?.rate ?? null,
      sample: mean?.size ?? 0,
      isKept: isKept(answer.facts, window.fromMs),
      // A cohort that the window cuts never counts: nothing is to be waited for.
      isSettled: cohorts.every((one) => one.isCounted || one.size === 0 || !one.complete),
      facts: answer.facts,
      parts: complete.flatMap(({ start, size, index, cell }) => [
        { name: `started:${String(index)}:${start}`, value: size, isCounted: true },
        { name: `returned:${String(index)}:${start}`, value: cell?.returned ?? 0, isCounted: true },
      ]),
      warnings: [...warnings, ...cutWarnings(window, basis)],
      statements: [toStatement(id, answer, answer.total)],
      asOf: answer.asOf,
    };
  },

  members(reader, window, basis, part, page, options) {
    const [, what, index] = /^(started|returned):(\d{1,4}):/u.exec(part) ?? [];
    if (what === undefined) return undefined;
    const column = what === 'started' ? null : columnOf(basis);
    const cell = { cohort: Number(index), column, group: null };
    return readRetentionMembers(
      reader,
      window,
      basis.definition.rule,
      keptBreakdown(basis),
      cell,
      page,
      options,
    );
  },
};

/** Says why there is no number where every cohort sticks out of the window. */
function cutWarnings(window: Window, { definition: { id, rule } }: RetentionBasis): string[] {
  const { fromMs, toMs } = window;
  const { cohorts } = cutPeriods(window, rule.period, 0);
  if (cohorts.some(({ startMs, endMs }) => startMs >= fromMs && endMs <= toMs)) return [];
  const [from, to] = [fromMs, toMs].map((ms) => sayInstant(BigInt(ms) * 1_000_000n));
  return [
    `No whole ${rule.period} lies between ${String(from)} and ${String(to)}: the retention table "${id}" has a cohort each ${rule.period}, and one that the window cuts is in no number.`,
  ];
}

/** All groups as one, where a return must have the value that the start had: it is none otherwise. */
function keptBreakdown({ definition }: RetentionBasis): Breakdown | undefined {
  const { rule, breakdown } = definition;
  if (rule.breakdownOn === 'start' || breakdown === null) return undefined;
  return { by: breakdown, top: 0 };
}

const columnOf = ({ definition: { rule }, period }: RetentionBasis): number =>
  toColumns(rule).findIndex(({ first, last }) => first <= period && period <= last);
