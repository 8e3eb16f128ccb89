/** Adoption as a question: who could use something, who tried it, and who made it a habit. */
import type { EligibleEvents, Group, Output } from './eligible-events.ts';
import type { Slots } from './unit.ts';

/** What a number counts: units, each once. */
export type AdoptionPart =
  /** Those that the numbers are shares of. */
  | 'eligible'
  /** Those that were shown it. */
  | 'exposed'
  | 'tried'
  /** With two uses on two days. */
  | 'repeated'
  | 'adopted'
  /** Adopted, and used again later, within the last window. */
  | 'retained'
  /** Tried, and not used within the last two windows. */
  | 'abandoned';

/** Names one number. */
export interface AdoptionCell {
  readonly part: AdoptionPart;
  /** Null: of all; else those who first tried, or became adopted, in this bucket. */
  readonly bucket: number | null;
  /** Null without a breakdown, and for `eligible` and `exposed`, which know no groups. */
  readonly group: Group | null;
}

/**
 * Who adopts. Selector 0 is a use; uses count from the moment on at which their unit is eligible. A unit has adopted with
 * the first use that is at least the `minUses`th, on at least the `minDays`th bucket, within `windowNs` (inclusive).
 * With a breakdown, each group is a thing of its own to adopt; those beyond the top are left out.
 */
export interface AdoptionQuestion<Out extends Output<AdoptionCell> = Output<AdoptionCell>> {
  readonly kind: 'adoption';
  /** Its unit is no attempt. */
  readonly events: EligibleEvents;
  /** Selectors whose first match makes a unit eligible. */
  readonly eligible: readonly number[];
  /** Selector that shows it to somebody; null for none. */
  readonly exposed: number | null;
  readonly minUses: number;
  readonly minDays: number;
  readonly windowNs: bigint;
  /** Where the last window ends, nanoseconds since 1970. */
  readonly endNs: bigint;
  /** Days, numbered from 0. */
  readonly slots: Slots;
  /** Adds who first tried and who became adopted in each bucket. */
  readonly isByBucket: boolean;
  readonly output: Out;
}

/** One number; no row where it is 0 for want of anybody. */
export interface AdoptionRow {
  /**
   * Besides units, two medians over those who have adopted: uses a week from the first one to the end (of a week at
   * least), and nanoseconds from eligible to adopted.
   */
  readonly part: AdoptionPart | 'usesPerWeek' | 'timeToAdopt';
  readonly bucket: number | null;
  readonly group: Group | null;
  readonly value: number;
}
