/** How far requests are numbered and counted, whichever pipeline does it. */
import type { Bisection } from './bisection.ts';

/** What the pipelines of a process hand on from one to the next. */
export interface Ledger {
  /** Number of the next record. */
  nextNumber: bigint;
  /** Records before this one are in the gauges. */
  countedTo: bigint;
  readonly bisection: Bisection;
  /** Aborted when the process would rather stop than read its journal to the end. */
  readonly stopping: AbortSignal;
}
