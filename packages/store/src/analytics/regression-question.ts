/** A comparison with earlier times as a question: how runs were spread in several windows. */
import type { EligibleEvents, Output } from './eligible-events.ts';

/** Runs of selector 0 in each of several windows; those that went well match selector 1 too. Its numbers have no members. */
export interface RegressionQuestion<Out extends Output<never> = Output<never>> {
  readonly kind: 'regression';
  /** Covers all windows; no breakdown. */
  readonly events: EligibleEvents;
  /** Nanoseconds since 1970, half-open, none within another. The first is compared with the others. */
  readonly windows: readonly { readonly from: bigint; readonly to: bigint }[];
  readonly output: Out;
}

/** One window, or all but the first together; no row where nothing ran. */
export interface RegressionRow {
  readonly window: number | null;
  readonly runs: number;
  readonly good: number;
  readonly timed: number;
  /** Percentiles of the timed ones, linear between ranks; null without any. */
  readonly p50Ns: number | null;
  readonly p95Ns: number | null;
  /** Timed runs by bucket of duration, the fastest first; a bucket is at most 1/16 of its lower bound wide. */
  readonly durations: readonly { readonly bucket: number; readonly runs: number }[];
}
