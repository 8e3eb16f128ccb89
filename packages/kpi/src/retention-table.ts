/** Puts numbers of retention into a table: every cohort and column, rates, and means over what is complete. */
import type { EligibleFacts, Group, RetentionRow } from '@heartwood/store';
import { msToInstant } from './instant.ts';
import { isKept } from './facts.ts';
import { rate } from './ratio.ts';
import { PERIOD_MS, type Periods } from './retention-periods.ts';
import type { RetentionColumn, RetentionRule } from './retention-rule.ts';
import { isComplete, type Window } from './window.ts';

/** One column of one cohort. */
interface RetentionCellReport {
  /** Null while the column has not begun for anybody. */
  readonly returned: number | null;
  /** Null where it would be a share of nobody. */
  readonly rate: number | null;
  /**
   * False when the cohort sticks out of the window or is not kept whole, or while returns in the column may still come. With `on_or_after` later
   * columns raise it as long as they run.
   */
  readonly complete: boolean;
}

/** Those who started in one period. */
interface CohortReport {
  readonly start: string;
  readonly end: string;
  readonly complete: boolean;
  readonly size: number;
  /** One a column. */
  readonly cells: readonly RetentionCellReport[];
}

/** A column over all cohorts whose cell is complete and can rise no more. */
interface RetentionMean {
  readonly cohorts: number;
  readonly size: number;
  readonly returned: number;
  readonly rate: number | null;
}

/** The table of one group. */
export interface RetentionSeries {
  /** Null without a breakdown. */
  readonly group: Group | null;
  readonly cohorts: readonly CohortReport[];
  /** One a column. */
  readonly mean: readonly RetentionMean[];
}

interface Layout {
  readonly window: Window;
  readonly rule: RetentionRule;
  readonly columns: readonly RetentionColumn[];
  readonly periods: Periods;
}

/** One series a group, in the order of the rows; one of nobody where there are no rows and no groups. */
export function toRetentionSeries(
  rows: readonly RetentionRow[],
  layout: Layout,
  facts: EligibleFacts,
  isGrouped = false,
): RetentionSeries[] {
  const groups = new Map<string, { group: Group | null; counts: Map<string, number> }>();
  if (!isGrouped) groups.set('null', { group: null, counts: new Map() });
  for (const { group, cohort, column, actors } of rows) {
    const key = JSON.stringify(group);
    const own = groups.get(key) ?? { group, counts: new Map<string, number>() };
    groups.set(key, own);
    own.counts.set(placeOf(cohort, column), actors);
  }
  return [...groups.values()].map(({ group, counts }) => {
    const cohorts = layout.periods.cohorts.map((_, cohort) =>
      toCohort(cohort, counts, layout, facts),
    );
    const mean = layout.columns.map((_, column) => toMean(cohorts, column, layout.rule, facts));
    return { group, cohorts, mean };
  });
}

const placeOf = (cohort: number, column: number | null): string =>
  `${String(cohort)} ${String(column)}`;

function toCohort(
  cohort: number,
  counts: ReadonlyMap<string, number>,
  layout: Layout,
  facts: EligibleFacts,
): CohortReport {
  const { periods, columns, rule, window } = layout;
  const { startMs = 0, endMs = 0, complete = false } = periods.cohorts[cohort] ?? {};
  const size = counts.get(placeOf(cohort, null)) ?? 0;
  const isStored = isKept(facts, startMs);
  const isWhole = isStored && startMs >= window.fromMs && endMs <= window.toMs;
  const numbers = columns.map((_, column) => counts.get(placeOf(cohort, column)) ?? 0);
  const cells = columns.map((column, index): RetentionCellReport => {
    const { begins, ends } = boundsOf(cohort, column, layout);
    if (begins > window.nowMs) return { returned: null, rate: null, complete: false };
    const returned = numbers[index] ?? 0;
    const whole = rule.reference === 'previous' && index > 0 ? (numbers[index - 1] ?? 0) : size;
    return {
      returned,
      rate: rate(returned, whole, facts),
      complete: isWhole && isComplete(ends, window),
    };
  });
  return {
    start: msToInstant(startMs),
    end: msToInstant(endMs),
    complete: isStored && complete,
    size,
    cells,
  };
}

/** When a column begins for the first of a cohort and ends for the last. */
function boundsOf(
  cohort: number,
  { first, last }: RetentionColumn,
  { rule, periods }: Layout,
): { begins: number; ends: number } {
  if (rule.mode === 'calendar') {
    const edge = (period: number): number => periods.edges[cohort + period] ?? Infinity;
    return { begins: edge(first), ends: edge(last + 1) };
  }
  const lengthMs = PERIOD_MS[rule.period];
  const { startMs = 0, endMs = 0 } = periods.cohorts[cohort] ?? {};
  return { begins: startMs + first * lengthMs, ends: endMs + (last + 1) * lengthMs };
}

/** Whether the mean of a column counts a cohort: numbers that may still rise must not stand beside those that may not. */
export const isInMean = (
  cohort: CohortReport,
  column: number,
  { criterion }: Pick<RetentionRule, 'criterion'>,
): boolean =>
  cohort.size > 0 &&
  cohort.cells[column]?.complete === true &&
  (criterion !== 'on_or_after' || isSettled(cohort));

/** Whether the last column of a cohort is over. */
export const isSettled = ({ cells }: CohortReport): boolean => cells.at(-1)?.complete === true;

function toMean(
  cohorts: readonly CohortReport[],
  column: number,
  rule: RetentionRule,
  facts: EligibleFacts,
): RetentionMean {
  const { mean, reference } = rule;
  const complete = cohorts.filter((cohort) => isInMean(cohort, column, rule));
  const sum = (read: (cohort: CohortReport) => number): number =>
    complete.reduce((total, cohort) => total + read(cohort), 0);
  const returned = sum(({ cells }) => cells[column]?.returned ?? 0);
  const size = sum((cohort) => cohort.size);
  const whole =
    reference === 'previous' && column > 0
      ? sum(({ cells }) => cells[column - 1]?.returned ?? 0)
      : size;
  const rates = complete.flatMap(({ cells }) => cells[column]?.rate ?? []);
  const simple = rates.length === 0 ? null : rates.reduce((a, b) => a + b, 0) / rates.length;
  return {
    cohorts: complete.length,
    size,
    returned,
    rate: mean === 'weighted' ? rate(returned, whole, facts) : simple,
  };
}
