/** The question what is done just after, or just before, something; as plain data. */
import type { EligibleEvents, Output } from './eligible-events.ts';

/** What is done at a place of a path. */
export type PathStep =
  | { readonly kind: 'run' | 'event'; readonly name: string }
  /** Any beyond the most frequent of its depth. */
  | { readonly kind: 'other' }
  /** Nothing: the session begins or ends here. */
  | { readonly kind: 'end' };

/** Names one number: those whose path has this step at this depth, coming from that one. */
export interface PathCell {
  /** Steps from the anchor; 0 is the anchor itself. */
  readonly depth: number;
  /** The step one nearer to the anchor; null for whichever. */
  readonly from: PathStep | null;
  readonly to: PathStep;
}

/**
 * What follows an anchor, or leads to it, one step at a time. A unit's runs and events are those of sessions: all with one
 * session id, or those without an id between two pauses longer than `gapNs`. Within a session they are steps by time, at
 * equal times runs first, then by name; the same thing done several times on end is one step. Each session with the anchor
 * is one path: from its first anchor on, or from its last one back.
 */
export interface PathQuestion<Out extends Output<PathCell> = Output<PathCell>> {
  readonly kind: 'path';
  /** Selector 0 is the anchor; all others, and it, are steps. No breakdown; its unit is no attempt. */
  readonly events: EligibleEvents;
  readonly direction: 'after' | 'before';
  /** Steps from the anchor that are looked at, 1 to 5. */
  readonly depth: number;
  /** Steps that are told apart at each depth, the most frequent; 1 to 50. */
  readonly top: number;
  readonly gapNs: bigint;
  readonly output: Out;
}

/** One number; no row where there is no such path. */
export interface PathRow extends PathCell {
  /** Sessions. */
  readonly paths: number;
  /** Units that they belong to. */
  readonly actors: number;
}
