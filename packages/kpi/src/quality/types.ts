/** Type drift: do properties of events have the types that are planned, or that they had in the weeks before? */
import type { ProfileRow } from '@heartwood/store';
import type { Finding } from './finding.ts';
import type { OptionsFor } from './options.ts';
import type { PlannedTypes } from './planned.ts';
import { pairProfiles, subjectOf } from './profiles.ts';

/** The share of values of types that are not planned or, where the plan says nothing, unusual before; expected is the share above which it fails, `n` are the values of the period. */
export function checkTypes(
  rows: readonly ProfileRow[],
  earlier: readonly ProfileRow[],
  plannedTypes: PlannedTypes,
  optionsOf: OptionsFor<'types'>,
): Finding[] {
  return pairProfiles(rows, earlier).flatMap(({ now, before }): Finding[] => {
    const subject = subjectOf(now ?? before);
    const options = optionsOf(subject);
    if (options === undefined || now === undefined) return [];
    const [types, known] = [familiesOf(now), familiesOf(before)];
    const n = sum(types.values());
    const base = { subject, expected: options.failShare, n };
    const planned = plannedTypes(now.event, now.property ?? '');
    const allowed = planned ?? usualOf(known, options.failShare);
    const words = [...allowed].toSorted().join(', ');
    const evidence = {
      samples: [],
      types: Object.fromEntries(types),
      isPlanned: planned !== null,
      earlierTypes: Object.fromEntries(known),
    };
    if (n === 0) return [];
    if (planned === null && sum(known.values()) < options.minRecords) {
      const message = `${String(sum(known.values()))} earlier values, at least ${String(options.minRecords)} are needed`;
      return [{ ...base, result: 'not_enough_data', value: null, message, evidence }];
    }
    const fresh = [...types].filter(([type]) => !allowed.has(type));
    const value = sum(fresh.map(([, count]) => count)) / n;
    const message =
      fresh.length === 0
        ? words
        : `${fresh.map(([type, count]) => `${type}: ${String(count)}`).join(', ')}, ${planned === null ? 'usually' : 'planned'} ${words}`;
    const result =
      value > options.failShare && n >= options.minRecords
        ? 'fail'
        : value > options.warnShare
          ? 'warn'
          : 'pass';
    return [{ ...base, result, value, message, evidence }];
  });
}

/** A few stray values make no type usual: those that would not have failed then would hide all that come. */
function usualOf(known: ReadonlyMap<string, number>, failShare: number): ReadonlySet<string> {
  const all = sum(known.values());
  const most = Math.max(...known.values());
  return new Set(
    [...known]
      .filter(([, count]) => count / all > failShare || count === most)
      .map(([type]) => type),
  );
}

/** JSON tells whole numbers from others by how they happen to fall. */
function familiesOf(row: ProfileRow | undefined): Map<string, number> {
  const families = new Map<string, number>();
  for (const [type, count = 0] of Object.entries(row?.types ?? {})) {
    if (type === 'null' || count === 0) continue;
    const family = type === 'integer' ? 'number' : type;
    families.set(family, (families.get(family) ?? 0) + count);
  }
  return families;
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((a, b) => a + b, 0);
