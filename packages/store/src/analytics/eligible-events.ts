/** Which rows an answer is made of, and what of it is wanted. */
import type { Property, Condition } from './condition.ts';
import type { EventSelector } from './selector.ts';
import type { Unit } from './unit.ts';

/** Which rows a number is made of; the drill-down into the number takes the same object. */
export interface EligibleEvents {
  /** Nanoseconds since 1970, half-open. */
  readonly from: bigint;
  readonly to: bigint;
  /** Bit i of `mask` says that selector i matched; at most 40. */
  readonly selectors: readonly EventSelector[];
  /**
   * Runs and events that no selector matches stay, with a mask of 0: of runs those that their sender named, of events those
   * of the app, and what a selector names that fails what else it asks.
   */
  readonly keepOthers: boolean;
  /** `any` takes events too that SDKs send of themselves: for lists of what is stored. */
  readonly withOwn?: boolean | undefined;
  /** Of log records alone: events of spans are left out, though selectors name them. */
  readonly logsOnly?: boolean | undefined;
  readonly unit: Unit;
  /** Only rows of which this is true, whatever matches them. */
  readonly scope?: Condition | undefined;
  /** Only rows that had landed when an earlier answer gave this number. */
  readonly asOf?: bigint | undefined;
  /** Groups by this property: the `top` (at most 200) with the most units, then the rest as one. */
  readonly group?: { readonly by: Property; readonly top: number } | undefined;
  /** Only runs that are numbered within these, which the store finds out where it asks for an attribute. */
  readonly within?: readonly SeqRange[] | undefined;
  /** At most 3. */
  readonly hold?: readonly Property[] | undefined;
}

/** Numbers of rows, both ends included. */
export interface SeqRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** A group of a breakdown: a value, the runs and events without one, or all beyond the top. */
export type Group =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'other' };

/** The numbers of a question, or the members of one of them; both are made of the same rows. */
export type Output<Cell> =
  | { readonly kind: 'numbers' }
  | {
      readonly kind: 'members';
      readonly cell: Cell;
      /** `cursor` of the last member of the page before. */
      readonly after?: string | undefined;
      readonly limit: number;
    };
