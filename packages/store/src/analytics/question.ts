/** Questions that are composed of parts, as plain data: what is counted, for whom, and what of the answer is wanted. */
import type { Property } from './condition.ts';
import type { FunnelQuestion, FunnelRow } from './funnel-question.ts';
import type { ProfileQuestion, ProfileRow } from './profile-question.ts';
import type { RegressionQuestion, RegressionRow } from './regression-question.ts';
import type {
  SilenceQuestion,
  SilenceRow,
  TroubleQuestion,
  TroubleRow,
  VolumeQuestion,
  VolumeRow,
} from './quality-question.ts';
import type { RetentionQuestion, RetentionRow } from './retention-question.ts';
import type { SlownessQuestion, SlownessRow } from './slowness-question.ts';
import type { ActivityQuestion, ActivityRow } from './activity-question.ts';
import type { AdoptionQuestion, AdoptionRow } from './adoption-question.ts';
import type { FeedbackQuestion, FeedbackRow } from './feedback-question.ts';
import type { PathQuestion, PathRow } from './path-question.ts';
import type { Slots } from './unit.ts';
import type { EligibleEvents, Group, Output } from './eligible-events.ts';

/** What is made of a set of runs and events; numbers of none but counts are null. Distinct units leave out who has none. */
export type Aggregate =
  | { readonly agg: 'count' }
  | { readonly agg: 'count_distinct'; readonly on: 'user' | 'session' | 'trace' }
  | { readonly agg: 'sum' | 'mean' | 'min' | 'max'; readonly on: Property }
  /** `p` from 0 to 1; linear between ranks. Of very many durations it is approximate, unless it has to be `exact`. */
  | {
      readonly agg: 'percentile';
      readonly p: number;
      readonly on: Property;
      readonly exact?: boolean | undefined;
    };

/**
 * What stands behind another number: runs and events that have a property; and what comes of senders that leave out others, as
 * {@link EligibleFacts.filtered} counts it. In each group where selectors take all runs of the names, else in all groups
 * together, as nobody knows whose those are that were left out. It has no members.
 */
type Support =
  | { readonly agg: 'count_values'; readonly on: Property }
  | { readonly agg: 'count_filtered' };

/** An aggregate over what these selectors match, by their index; over what any matches unless given. */
export type Measure = (Aggregate | Support) & { readonly of?: readonly number[] | undefined };

/** Names one number of a count. */
export interface CountCell {
  readonly bucket: number;
  /** Null without a breakdown. */
  readonly group: Group | null;
  /** Index of the measure; members are its units, or runs and events where it counts no units. */
  readonly measure: number;
}

/** How much there is in each bucket and group. */
export interface CountQuestion<Out extends Output<CountCell> = Output<CountCell>> {
  readonly kind: 'count';
  readonly events: EligibleEvents;
  readonly slots: Slots;
  readonly measures: readonly Measure[];
  readonly output: Out;
}

/**
 * Numbers of one bucket and group. There is no row where nothing matched, unless without a breakdown something is to be said of
 * senders that leave out others.
 */
export interface CountRow {
  readonly bucket: number;
  readonly group: Group | null;
  /** Runs and events. */
  readonly rows: number;
  /** Start of the earliest and of the latest of them, nanoseconds since 1970; null for none. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** One a measure, in their order. */
  readonly values: readonly (number | null)[];
}

/** One of those that a number counts. */
export interface MemberRow {
  /** What a next page begins behind. */
  readonly cursor: string;
  readonly unit: 'user' | 'session' | 'trace' | 'run' | 'event';
  /** Text of the user or session, or trace id; of a run or event its number in the store. */
  readonly key: string | null;
  /** Nanoseconds since 1970. */
  readonly firstTime: string;
  readonly lastTime: string;
  /** Runs and events of it in the cell. */
  readonly rows: number;
  /** Of the last one. */
  readonly traceId: string | null;
}

/** Every question that can be composed. */
export type Question =
  | AdoptionQuestion
  | FeedbackQuestion
  | ActivityQuestion
  | RetentionQuestion
  | SilenceQuestion
  | TroubleQuestion
  | VolumeQuestion
  | RegressionQuestion
  | SlownessQuestion
  | PathQuestion
  | CountQuestion
  | FunnelQuestion
  | ProfileQuestion;

/** Rows of the numbers of each kind of question. */
export interface NumberRows {
  readonly count: CountRow;
  readonly activity: ActivityRow;
  readonly adoption: AdoptionRow;
  readonly feedback: FeedbackRow;
  readonly funnel: FunnelRow;
  readonly profile: ProfileRow;
  readonly path: PathRow;
  readonly retention: RetentionRow;
  readonly silence: SilenceRow;
  readonly trouble: TroubleRow;
  readonly volume: VolumeRow;
  readonly regression: RegressionRow;
  readonly slowness: SlownessRow;
}

/** The rows that answer a question. */
export type RowOfQuestion<Q extends Question> = Q extends { output: { kind: 'numbers' } }
  ? NumberRows[Q['kind']]
  : Q extends { output: { kind: 'members' } }
    ? MemberRow
    : NumberRows[Q['kind']] | MemberRow;

/** What has to be known about the rows before trusting a number made of them. */
export interface EligibleFacts {
  /** Runs and events that matched, not only those of the answer's page or cell. */
  readonly rows: number;
  /** Those without the unit of the question: in counts of rows, in no other number. */
  readonly nobody: number;
  /** Runs that end before they start, or a time of which cannot be: in no number made of durations. */
  readonly untimed: number;
  /**
   * Runs, and events of spans, of senders that leave out others: no rate can be made where there are some. Runs by the names
   * that the question asks for, whatever else it asks of them; in answers of members only such as matched.
   */
  readonly filtered: number;
  /** Runs, and events of spans, that say their sender left out others by sampling. */
  readonly sampled: number;
  /** How many those stand for, by the thresholds of their trace states: an estimate; as many as they are in answers of members. */
  readonly adjusted: number;
  /** Rows of the window from before this, nanoseconds since 1970, have been removed; null where none can have been. */
  readonly removedBefore: bigint | null;
}

/** What the store answers. */
export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** There are more members than were asked for; numbers are never cut. */
  readonly truncated: boolean;
  /** All rows, however many are given: for members what the number says. */
  readonly total: number;
  readonly facts: EligibleFacts;
  /** Measures, by their index, that are off by this share of their value at most; undefined where all numbers are exact. */
  readonly approximate?:
    | { readonly relativeError: number; readonly measures: readonly number[] }
    | undefined;
  /** With this, the same question counts the same rows later, unless they are removed. */
  readonly asOf: bigint;
  /** What ran. */
  readonly statement: {
    readonly sql: string;
    readonly params: Readonly<Record<string, unknown>>;
  };
  /** From the question to its answer, waiting for a free connection included. */
  readonly elapsedMs: number;
}
