/** Stored JSON, whose shape nobody checked since it was written, as plain values. */

/** The value when it is an object, else an empty one. */
export const toObject = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value) ? value : {};

/** The objects of a list; an empty one when the value is no list. */
export const toObjects = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

/** The texts of a list; an empty one when the value is no list. */
export const toTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** The value when it is a text that says something, else null. */
export const toText = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The value when it is a count, else 0. */
export const toCount = (value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
