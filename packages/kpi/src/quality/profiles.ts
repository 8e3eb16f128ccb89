/** Properties of events now beside the same ones before. */
import type { ProfileRow } from '@heartwood/store';

/** One property; undefined where it was not there. */
interface Pair {
  readonly now: ProfileRow | undefined;
  readonly before: ProfileRow | undefined;
  /** Events of the name that were read, now and before. */
  readonly nowSampled: number;
  readonly beforeSampled: number;
}

/** All properties of either side, by event and name. */
export function pairProfiles(now: readonly ProfileRow[], before: readonly ProfileRow[]): Pair[] {
  const [current, earlier] = [byKey(now), byKey(before)];
  return [...new Set([...current.keys(), ...earlier.keys()])].toSorted().flatMap((key) => {
    const [one, other] = [current.get(key), earlier.get(key)];
    const event = one?.event ?? other?.event ?? '';
    if ((one ?? other)?.property === null) return [];
    return [
      {
        now: one,
        before: other,
        nowSampled: current.get(keyOf(event, null))?.sampled ?? 0,
        beforeSampled: earlier.get(keyOf(event, null))?.sampled ?? 0,
      },
    ];
  });
}

/** How findings call a property. */
export const subjectOf = (row: ProfileRow | undefined): string =>
  `${row?.event ?? ''}.${row?.property ?? ''}`;

const keyOf = (event: string, property: string | null): string => JSON.stringify([event, property]);

const byKey = (rows: readonly ProfileRow[]): Map<string, ProfileRow> =>
  new Map(rows.map((row) => [keyOf(row.event, row.property), row]));
