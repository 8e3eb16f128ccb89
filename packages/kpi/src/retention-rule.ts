/** What a retention table is of, and how it says so. */
import type { EventSelector, RetentionCriterion, Unit } from '@heartwood/store';
import { PERIOD_MS, type Period } from './retention-periods.ts';

/** Who starts, what is a return, and how both are put into a table. */
export interface RetentionRule {
  readonly unit: Exclude<Unit, 'attempt'>;
  readonly start: EventSelector;
  /** `first`: in the cohort of the first start ever. `any`: in every cohort with a start. */
  readonly occurrence: 'first' | 'any';
  /** Whether the first start must be the first of its name (`event`), or the first that matches all of it. */
  readonly firstScope: 'event' | 'filtered';
  readonly return: EventSelector;
  readonly period: Period;
  /** Periods after the start's own, which is period 0. */
  readonly periods: number;
  /** `calendar`: periods are those of the zone. `rolling`: they are counted from each one's own start on. */
  readonly mode: 'calendar' | 'rolling';
  readonly criterion: RetentionCriterion;
  /** Returns that it takes in one period. */
  readonly minReturns: number;
  /** Widths in periods of the columns after period 0, instead of one each; who counts in one of them counts in the column. */
  readonly brackets: readonly number[] | null;
  readonly mean: 'weighted' | 'simple';
  /** What rates are shares of: all who started, or those of the column before. */
  readonly reference: 'period0' | 'previous';
  /** Whether a return counts only with the value of the breakdown that the start had. */
  readonly breakdownOn: 'start' | 'both';
}

/** Periods of one column, first and last. */
export interface RetentionColumn {
  readonly first: number;
  readonly last: number;
}

/** What the table says, in words. */
export function describeRetention(rule: RetentionRule): string {
  const { unit, occurrence, firstScope, period, mode, criterion, minReturns, brackets, mean } =
    rule;
  const who = `${unit}s by the ${period} of ${occurrence === 'first' ? 'their first start ever' : 'each start'}`;
  const scope =
    occurrence === 'first' && firstScope === 'event' ? ', which must be the first of its name' : '';
  const times = minReturns === 1 ? '' : ` at least ${String(minReturns)} times`;
  const kept =
    rule.breakdownOn === 'both' ? ' with the value of the breakdown that they started with' : '';
  const how = {
    on: `in the ${period} of the column`,
    on_or_after: `in the ${period} of the column or a later one of the table`,
    on_or_before: `in any ${period} from 1 to that of the column`,
    streak: `in every ${period} from 1 to that of the column`,
  }[criterion];
  const wide =
    brackets?.some((width) => width > 1) === true
      ? `, a column of several ${period}s counting those who count in one of them`
      : '';
  const counted =
    mode === 'calendar'
      ? `${period}s are those of the time zone`
      : `a ${period} is ${String(PERIOD_MS[period] / 3_600_000)} hours from the start on`;
  const share =
    rule.reference === 'period0' ? 'of all who started' : 'of those in the column before';
  return `${who}${scope}, and who of them returned${kept}${times} ${how}${wide}; ${counted}; rates are shares ${share}; the mean is ${mean} over complete cells.`;
}
