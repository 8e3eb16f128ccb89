/** Profiles as a question: what events carry, by name of the event and key of the property. */
import type { EligibleEvents } from './eligible-events.ts';

/** Types of values as they lie in the store; integers and other numbers are both numbers of JSON. */
export type ProfileType =
  | 'string'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'object'
  | 'array'
  | 'bytes'
  | 'null';

/** Properties of events as they came. Selectors are of events; there are no members. */
export interface ProfileQuestion {
  readonly kind: 'profile';
  readonly events: EligibleEvents;
  /** Events of a name beyond which only about this many are read, spread evenly over all; at most 100,000. */
  readonly sample: number;
  readonly output: { readonly kind: 'numbers' };
}

/** One property of one event; `property` is null in the row of the event itself, which every event of the window has. */
export interface ProfileRow {
  readonly event: string;
  readonly property: string | null;
  /** Events of this name in the window. */
  readonly records: number;
  /** Those of them that were read; all other counts are out of these. */
  readonly sampled: number;
  /** Events with the property, null included. */
  readonly present: number;
  readonly types: Readonly<Partial<Record<ProfileType, number>>>;
  /** Different values other than null, a text beside a number of the same digits being another. */
  readonly distinct: number;
  /** The most frequent of them, at most 20, as JSON texts of at most 100 characters; longer ones are left out. */
  readonly values: readonly { readonly json: string; readonly count: number }[];
}
