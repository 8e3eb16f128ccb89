/** What is read of each eligible row. */
import type { Property } from './condition.ts';
import type { Unit } from './unit.ts';

/** Columns of `eligible` beyond those that it always has; each costs reading it. */
export interface EligibleColumns {
  /** `name_id`: the id of the feature of a run. */
  readonly name?: boolean | undefined;
  /** `trace_id`, NULL for none. */
  readonly trace?: boolean | undefined;
  /** `duration_ns`, NULL for untimed runs and for events. */
  readonly duration?: boolean | undefined;
  /** `as_user`, `as_session`, `as_trace`: the unit that a row belongs to, NULL for none. */
  readonly units?: readonly Exclude<Unit, 'attempt'>[] | undefined;
  /** `v1`, `v2`, ...: these properties as DOUBLE, NULL where missing or no number. */
  readonly values?: readonly Property[] | undefined;
  /** `a1`, `a2`, ...: these properties as texts. */
  readonly texts?: readonly Property[] | undefined;
  /** Span events that were not sampled may be left out, which saves reading them. */
  readonly sampled?: boolean | undefined;
}
