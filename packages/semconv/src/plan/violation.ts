/** What an event does that the tracking plan does not say. */

/** The kinds of violations, in the order of their numbers in the store: the list grows at its end only. */
export const VIOLATION_TYPES = [
  'unplanned_event',
  'required_missing',
  'datatype_mismatch',
  'additional_property',
  'enum_or_range',
  'naming',
  'unknown',
] as const;

/** One of {@link VIOLATION_TYPES}; `unknown` is a rule of a schema that none of the other words fits. */
export type ViolationType = (typeof VIOLATION_TYPES)[number];

/** One thing that is wrong with one event. It never holds a value: kinds and lengths only. */
export interface Violation {
  readonly type: ViolationType;
  /** Name of the event as it was sent. */
  readonly event: string;
  /** The property, as `items[].price`: without positions, so that equal violations can be counted; empty for the event. */
  readonly path: string;
  /** A sentence for people; that of the first four types is word for word the one of the first tracking plans. */
  readonly message: string;
  /** What the plan wants, such as `string` or `one of pdf, docx`; empty where there is nothing to want. */
  readonly expected: string;
  /** What was sent: `string`, `number`, `boolean`, `null`, `array`, `object` or `other`; null where nothing was. */
  readonly actualType: string | null;
  /** Version of the event's schema that was asked; null for an event that is not planned. */
  readonly schemaVersion: string | null;
}
