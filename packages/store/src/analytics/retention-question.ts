/** Retention as a question: who starts in a period, and in which later periods they return. */
import type { EligibleEvents, Group, Output } from './eligible-events.ts';
import type { Slots } from './unit.ts';

/** Which periods after its start somebody counts in. */
export type RetentionCriterion = 'on' | 'on_or_after' | 'on_or_before' | 'streak';

/** Names one number of a retention table. */
export interface RetentionCell {
  /** Bucket of the start. */
  readonly cohort: number;
  /** Null: all who start in it. */
  readonly column: number | null;
  /** Null without a breakdown. */
  readonly group: Group | null;
}

/**
 * Whether those who start return. Selector 0 is the start, selector 1 the return, and selector 2, where there is one, says
 * what a start must be the first of. A breakdown is by the value at the start.
 */
export interface RetentionQuestion<Out extends Output<RetentionCell> = Output<RetentionCell>> {
  readonly kind: 'retention';
  /** All that is looked at, from the first start that may count to the last return; its unit is no attempt. */
  readonly events: EligibleEvents;
  /** Starts that count, nanoseconds since 1970, half-open. */
  readonly cohorts: { readonly from: bigint; readonly to: bigint };
  /** `first`: who started before is in no cohort. `any`: in each one with a start, by the first in it. */
  readonly occurrence: 'first' | 'any';
  /** The cohort of a start and, in calendar mode, the period of a return; they begin at bucket 0. */
  readonly slots: Slots;
  /** Null: periods are buckets. Else how long they are from each one's own start on, nanoseconds. */
  readonly rollingNs: bigint | null;
  /**
   * Column of each period from the start's own on, which is a column of its own; all periods of a column are neighbours, none
   * is left out. Who counts in one of them counts in the column.
   */
  readonly columns: readonly number[];
  readonly criterion: RetentionCriterion;
  /** Returns that it takes in one period. */
  readonly minReturns: number;
  /** Start and return are the same thing: a start is a return of its own period. */
  readonly isSame: boolean;
  /** A return counts only with the group of the start. */
  readonly isGroupKept: boolean;
  readonly output: Out;
}

/** How many of a cohort return in a column; `column` null: how many there are. No row where there is nobody. */
export interface RetentionRow {
  readonly cohort: number;
  readonly column: number | null;
  readonly group: Group | null;
  readonly actors: number;
}
