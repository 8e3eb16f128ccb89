/** The question how far units get through steps, as plain data. */
import type { Condition } from './condition.ts';
import type { EligibleEvents, Group, Output } from './eligible-events.ts';
import type { Slots } from './unit.ts';

/** A chain without some of its events. */
export interface FunnelExclusion {
  /** Index of the selector. */
  readonly selector: number;
  /** Indexes of the required steps between which it is looked for. */
  readonly after: number;
  readonly before: number;
  /** `attempt`: the chain has to begin these steps again. `actor`: the unit is left out. */
  readonly drops: 'attempt' | 'actor';
}

/** One step of a funnel. */
interface FunnelStepQuestion {
  readonly optional: boolean;
  /** In any order, of the first step: chains begin with it alone; of the last: it counts once all others are done. */
  readonly anchor?: 'first' | 'last' | undefined;
}

/** Names one number of a funnel. */
export interface FunnelCell {
  /** Null for all buckets together. */
  readonly bucket: number | null;
  /** Null without a breakdown. */
  readonly group: Group | null;
  /** Index of the step; with any order how many steps before. */
  readonly step: number;
  /** Those who did the step; who stopped before it; who stopped but may still do it. */
  readonly outcome: 'converted' | 'dropped' | 'immature';
}

/**
 * How far units get. Events are taken by time, at equal times lower steps first; an event is one step of a chain at most.
 * The chain of a unit is the one that gets furthest; of those, the first to get there, the latest to begin, then the one
 * whose steps come earliest.
 */
export interface FunnelQuestion<Out extends Output<FunnelCell> = Output<FunnelCell>> {
  readonly kind: 'funnel';
  /**
   * Selectors of the steps, in their order, then all others. To the end of the entries and the window behind it;
   * `keepOthers` for the strict order where runs and events of any name break a chain. Rows that miss a held property are left out.
   *
   * Of the unit `attempt` each try of an actor counts, one after the other, and apart for each value of what is held. A try
   * takes the earliest event of each next step. It is over with its last required step, when its window or the time for the
   * next step has passed, at an exclusion (which takes only `attempt`), in strict order at any other event. The event that
   * ends it may begin the next; until then another first step does nothing. No optional step stands behind the last
   * required one, and `entry` is `best`.
   */
  readonly events: EligibleEvents;
  /** The first is required; optional steps are looked for in the chain of the others, which they do not change. */
  readonly steps: readonly FunnelStepQuestion[];
  /**
   * `strict`: nothing but events of optional steps between the required ones. `any`: an event counts for the first step that
   * it matches, the chain begins with any of them.
   */
  readonly order: 'ordered' | 'strict' | 'any';
  /** Indexes of the selectors that break a strict chain, beside those of the steps. */
  readonly universe: readonly number[];
  /** Chains begin from here on, nanoseconds since 1970; unless given where the events begin. */
  readonly entriesFrom?: bigint | undefined;
  /** Chains begin before this; nanoseconds since 1970. */
  readonly entriesTo: bigint;
  /** From the first step to the last, inclusive. */
  readonly windowNs: bigint;
  /** From one required step to the next, inclusive; not with any order. */
  readonly stepWindowNs: bigint | null;
  /** `first`: only the first event that can begin a chain does. */
  readonly entry: 'best' | 'first';
  /** Of attempts: a first step that is not the next step ends the attempt and begins another; not with any order. */
  readonly restartOnReentry?: boolean | undefined;
  /**
   * `strict`: later steps at strictly later times; not with any order. With grace a required step may come up to that much
   * before the one before it, as clocks differ: it counts as at the same moment. Only of chains in order whose steps no
   * event matches twice.
   */
  readonly ties: 'lenient' | 'strict' | { readonly graceNs: bigint };
  readonly exclude: readonly FunnelExclusion[];
  /** Which value of a breakdown a chain has; `all`: a chain of its own in each value. A step by its index. */
  readonly attribution: 'first' | 'last' | 'all' | number;
  /** Only chains of which this is true; each property is that of the chain by `attribution`, of `all` as of `first`. */
  readonly actors?: Condition | undefined;
  /** Up to here all has arrived: who may still go on after this is immature. */
  readonly watermark: bigint;
  /** Buckets of the first step; they cover the entries. */
  readonly slots: Slots;
  /** Steps whose numbers are given, by their index; all unless given. */
  readonly shown?: readonly number[] | undefined;
  readonly output: Out;
}

/** Numbers of one bucket, group and step; none where nobody entered. */
export interface FunnelRow {
  readonly bucket: number;
  readonly group: Group | null;
  /** Index of the step; with any order how many steps before. */
  readonly step: number;
  readonly entered: number;
  /** Who did this step. */
  readonly converted: number;
  /** Who did not and still may: some chain of theirs may go on; an optional step only as long as the next required one is not done. */
  readonly immature: number;
  /** From the first step to this one, of those who did it; null for nobody. */
  readonly meanMs: number | null;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  /** The part of the mean in which runs of the chain were under way; each moment once. */
  readonly systemMs: number | null;
}
