/** The cost of slowness as a question: of those who met a slow run on a day, who comes back. */
import type { EligibleEvents, Output } from './eligible-events.ts';
import type { Slots } from './unit.ts';

/** Days of a unit with a slow run, and those on which all of its runs were fast. */
export type SlownessSide = 'slow' | 'fast';

/** `mature` days are those that had all the time to return: `returned` and `away` together. */
export type SlownessOutcome = 'mature' | 'returned' | 'away' | 'immature';

/** Names one number. */
export interface SlownessCell {
  readonly side: SlownessSide;
  readonly outcome: SlownessOutcome;
}

/**
 * Days of units. Selector 0 is a run that is judged, selector 1 a return, selector 2 a slow run; without it a run is slow
 * that took longer than three quarters of those that are judged. Untimed runs are neither slow nor fast. A day counts from
 * its first slow run on, a fast one from its first run on, and has a return where there is one on a later day within the
 * horizon, inclusive.
 */
export interface SlownessQuestion<Out extends Output<SlownessCell> = Output<SlownessCell>> {
  readonly kind: 'slowness';
  /** From the first run to the last return; no breakdown; its unit is no attempt. */
  readonly events: EligibleEvents;
  /** Where runs are judged, nanoseconds since 1970, half-open. */
  readonly judged: { readonly from: bigint; readonly to: bigint };
  /** Days, numbered by time. */
  readonly slots: Slots;
  readonly horizonNs: bigint;
  /** A day whose horizon ends later is immature, also where the return is there already. */
  readonly matureNs: bigint;
  readonly output: Out;
}

/** One side; no row where there is no such day. */
export interface SlownessRow {
  readonly side: SlownessSide;
  /** Units of the mature days. */
  readonly actors: number;
  readonly mature: number;
  readonly returned: number;
  readonly immature: number;
  /** What a slow run took longer than, nanoseconds; null where selector 2 tells. */
  readonly thresholdNs: number | null;
}
