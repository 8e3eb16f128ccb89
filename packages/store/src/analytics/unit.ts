/** Whom numbers count and how time is cut. */

/**
 * `user` is the actor: the user, and the session where there is none. `attempt` belongs to an actor too, but counts each
 * run or event, or each try of a funnel, for itself.
 */
export type Unit = 'user' | 'session' | 'trace' | 'attempt';

/** Slots of equal width from origin on, both nanoseconds, and the bucket that each slot belongs to. */
export interface Slots {
  readonly origin: bigint;
  readonly width: bigint;
  readonly buckets: readonly string[];
}
