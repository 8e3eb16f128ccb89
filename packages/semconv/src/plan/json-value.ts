/** Values as JSON knows them: their kinds, whether two are equal, and how they are spoken of without being shown. */

/** What a value is; `other` is what JSON has no word for, NaN and functions for example. */
export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object' | 'other';

/** The kind of a value. Numbers that are not finite are `other`. */
export function kindOf(value: unknown): JsonKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  if (type === 'string' || type === 'boolean' || type === 'object') return type;
  return Number.isFinite(value) ? 'number' : 'other';
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return kindOf(value) === 'object';
}

/** The value of a key that the object has itself; undefined counts as not there. */
export function ownValue(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Speaks of a value by its kind and length alone. */
export function describeValue(value: unknown): string {
  const kind = kindOf(value);
  switch (kind) {
    case 'string':
      return `a string of ${count((value as string).length, 'character')}`;
    case 'array':
      return `an array of ${count((value as unknown[]).length, 'item')}`;
    case 'object':
      return 'an object';
    case 'null':
      return 'null';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'a boolean';
    case 'other':
      return typeof value === 'number' ? 'a number that is not finite' : `a ${typeof value}`;
    default:
      return kind satisfies never;
  }
}

/**
 * A text that equal JSON values share and others do not, with keys in order. Null for a value that is nested deeper
 * than `depth`, or not JSON.
 */
export function toCanonicalText(value: unknown, depth: number): string | null {
  const kind = kindOf(value);
  switch (kind) {
    case 'other':
      return null;
    case 'array': {
      if (depth === 0) return null;
      const parts = (value as unknown[]).map((item) => toCanonicalText(item, depth - 1));
      return parts.includes(null) ? null : `[${parts.join(',')}]`;
    }
    case 'object': {
      if (depth === 0) return null;
      const entries = Object.entries(value as object)
        .filter(([, item]) => item !== undefined)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => {
          const text = toCanonicalText(item, depth - 1);
          return text === null ? null : `${JSON.stringify(key)}:${text}`;
        });
      return entries.includes(null) ? null : `{${entries.join(',')}}`;
    }
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return JSON.stringify(value);
    default:
      return kind satisfies never;
  }
}

const count = (length: number, word: string): string =>
  `${length} ${word}${length === 1 ? '' : 's'}`;
