/** Activity as a question: in which buckets of time somebody was active, and what follows from that. */
import type { EligibleEvents, Group, Output } from './eligible-events.ts';
import type { Slots } from './unit.ts';

/** What is made of the buckets in which somebody was active. */
export type ActivityMeasure =
  /** How many have `at` of them, and how many have `at` runs and events. */
  | { readonly kind: 'spread' }
  /**
   * Who is new, returning, resurrecting and dormant in a bucket, from bucket 1 on. Rows from before the slots are history:
   * they tell who is not new.
   */
  | { readonly kind: 'lifecycle' }
  /** How many were active in the bucket or in those just before it, `spans` buckets in all. No breakdown. */
  | { readonly kind: 'trailing'; readonly spans: readonly number[] };

/** What a number counts. */
export type ActivityPart =
  | 'intervals'
  | 'rows'
  | 'new'
  | 'returning'
  | 'resurrecting'
  | 'dormant'
  | 'trailing';

/** Names one number, or the sum of several neighbours. */
export interface ActivityCell {
  readonly part: ActivityPart;
  /** Of a trailing number, else 0. */
  readonly span: number;
  /** Inclusive; one bucket alone for a trailing number, which is that of `to`. */
  readonly from: number;
  readonly to: number;
  /** Null without a breakdown. */
  readonly group: Group | null;
}

/** How units spread over time. With a breakdown, each is counted in every group in which it was active. */
export interface ActivityQuestion<Out extends Output<ActivityCell> = Output<ActivityCell>> {
  readonly kind: 'activity';
  /** Its unit is no attempt. */
  readonly events: EligibleEvents;
  /** Buckets are numbered from 0 without gaps. */
  readonly slots: Slots;
  readonly measure: ActivityMeasure;
  readonly output: Out;
}

/** One number; no row where it is 0, but for trailing numbers. */
export interface ActivityRow {
  readonly part: ActivityPart;
  readonly span: number;
  /** A bucket; of `intervals` and `rows` how many each of them has. */
  readonly at: number;
  readonly group: Group | null;
  readonly actors: number;
}
