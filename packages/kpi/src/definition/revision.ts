/** Whether definitions still mean what they meant: digests of their meaning, and revisions that should have risen. */
import { createHash } from 'node:crypto';
import type { DefinitionSet } from './kinds.ts';
import type { Problem } from './problem.ts';

/** KPIs that mean other numbers than before under the same revision, as warnings at their places. */
export function findUnrevised(before: DefinitionSet, after: DefinitionSet): Problem[] {
  return [...after.kpis.values()].flatMap(({ id, revision, digest, place }): Problem[] => {
    const earlier = before.kpis.get(id);
    if (earlier === undefined || earlier.digest === digest || earlier.revision < revision)
      return [];
    const wanted = `set revision: ${earlier.revision + 1}, so that numbers noted before can be told from those of now`;
    const message = `${place.path} means other numbers than before under the revision ${revision}; ${wanted}`;
    return [{ place, severity: 'warning', code: 'DEFINITION_REVISION', message, suggestions: [] }];
  });
}

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
