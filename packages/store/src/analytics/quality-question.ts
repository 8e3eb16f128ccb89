/** What checks of data quality ask: how much came when, who was silent, and which records are in trouble. */
import type { Output } from './eligible-events.ts';

/** A range of time and the records that had landed at a moment. */
interface Range {
  /** Nanoseconds since 1970, half-open. */
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * The period that is looked at and the same time of earlier weeks, as slots of equal width. The label of a slot is
 * `week * quarters + quarter`, week 0 being the period itself; -1 belongs to neither.
 */
export interface WeekSlots {
  readonly origin: bigint;
  readonly width: bigint;
  readonly labels: readonly string[];
  /** Slots of the period. */
  readonly quarters: number;
}

/** How many runs of each feature and events of each name there were in the period and the same time of earlier weeks. */
export interface VolumeQuestion<Out extends Output<never> = Output<never>> extends Range {
  readonly kind: 'volume';
  readonly slots: WeekSlots;
  readonly output: Out;
}

/** One feature or name of an event; also when it is seen in no slot. */
export interface VolumeRow {
  readonly source: 'run' | 'event';
  readonly name: string;
  /** Weeks without records are left out. */
  readonly weeks: readonly { readonly week: number; readonly records: number }[];
  /** Of the range, nanoseconds since 1970. */
  readonly firstTime: string;
  readonly lastTime: string;
  readonly lastTraceId: string | null;
}

/** When services sent neither spans nor log records, and how much they had sent at the same time of earlier weeks. */
export interface SilenceQuestion<Out extends Output<never> = Output<never>> extends Range {
  readonly kind: 'silence';
  readonly slots: WeekSlots;
  /** Slots without a record, one behind the other, that are told. */
  readonly leastQuarters: number;
  readonly output: Out;
}

/** A silence of a service; a service without one has a row with null. Of each service the five that said most in earlier weeks. */
export interface SilenceRow {
  readonly service: string | null;
  /** Slots of the period, both inclusive. */
  readonly firstQuarter: number | null;
  readonly lastQuarter: number | null;
  /** Slots of the silence in which another service sent something. */
  readonly othersQuarters: number;
  /** Records in these slots in earlier weeks; weeks without are left out. */
  readonly weeks: readonly { readonly week: number; readonly records: number }[];
  /** Of the service in the range, nanoseconds since 1970. */
  readonly firstTime: string;
  readonly lastTime: string;
}

/**
 * What can be wrong with single records. `late`: spans and log records that came within the range long after they ended.
 * `skewed`: spans and log records of the range whose times cannot be. `repeated`: spans of the range that came more than
 * once. `orphan`: spans within a process whose parent never came. `unended`: operations that
 * never ended and whose silence became too long in the range. `unsent`: records that senders say they lost. `cut`: spans
 * and log records of the range that were too large.
 */
export type Trouble = 'late' | 'skewed' | 'repeated' | 'orphan' | 'unended' | 'unsent' | 'cut';

/** Records in trouble, by service. */
export interface TroubleQuestion<Out extends Output<never> = Output<never>> extends Range {
  readonly kind: 'trouble';
  readonly trouble: Trouble;
  /** `late`: time from the end until receipt that is none yet; `skewed`: by how much clocks may differ; `unended`: silence that is no end. */
  readonly toleranceNs: bigint;
  /** `unended`: signs of life count until here; where a silence becomes too long has to lie before. */
  readonly until: bigint;
  readonly output: Out;
}

/** One service. */
export interface TroubleRow {
  readonly service: string | null;
  /** Records that could have been in trouble. */
  readonly looked: number;
  readonly reasons: readonly {
    readonly reason: string;
    readonly found: number;
    /** A few of them: `traceId/spanId`, the number in the store of a log record, the id of an operation. */
    readonly samples: readonly string[];
  }[];
  /** `late`: seconds that 95 % needed at most; else null. */
  readonly value: number | null;
}
