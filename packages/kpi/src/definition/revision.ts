/** Digests of meaning: equal exactly when two definitions mean the same numbers. */
import { createHash } from 'node:crypto';

/** A short digest of plain values, maps and integers of any size; the order of keys does not count. */
export function digestOf(meaning: unknown): string {
  return createHash('sha256').update(toText(meaning)).digest('hex').slice(0, 16);
}

function toText(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map) return `map${toText([...(value as Map<unknown, unknown>)])}`;
  if (Array.isArray(value)) return `[${value.map(toText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${toText(part)}`).join(',')}}`;
}
