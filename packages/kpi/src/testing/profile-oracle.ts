/** What profiles of events must give, by plain loops over arrays; shares no code with the program. */
import type { ProfileQuestion, ProfileRow, ProfileType } from '@heartwood/store';
import { oracleRows } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';
import type { PlainLog } from './plain-log.ts';

/** All rows of the answer, in no order, where no event is left out by sampling. */
export function oracleProfile(world: EventWorld, question: ProfileQuestion): ProfileRow[] {
  const events = oracleRows(world, question.events).map(({ source }) => source as PlainLog);
  return [...new Set(events.map(({ event }) => event ?? ''))].flatMap((event) => {
    const own = events.filter((one) => one.event === event).map(({ attributes }) => attributes);
    const carried = own.map((text) => JSON.parse(text) as Record<string, unknown>);
    const keys = new Set(carried.flatMap((attributes) => Object.keys(attributes)));
    const counts = { event, records: own.length, sampled: own.length };
    return [
      { ...counts, property: null, present: 0, types: {}, distinct: 0, values: [] },
      ...[...keys].map((property): ProfileRow => {
        const values = carried
          .filter((attributes) => property in attributes)
          .map((attributes) => attributes[property]);
        return { ...counts, property, present: values.length, ...summed(values) };
      }),
    ];
  });
}

function summed(values: readonly unknown[]): Pick<ProfileRow, 'types' | 'distinct' | 'values'> {
  const types: Partial<Record<ProfileType, number>> = {};
  const times = new Map<string, number>();
  for (const value of values) {
    const type = typeOf(value);
    types[type] = (types[type] ?? 0) + 1;
    if (value === null) continue;
    const json = JSON.stringify(value);
    times.set(json, (times.get(json) ?? 0) + 1);
  }
  return {
    types,
    distinct: times.size,
    values: [...times]
      .filter(([json]) => Array.from(json).length <= 100)
      .map(([json, count]) => ({ json, count }))
      .toSorted((a, b) => b.count - a.count || (a.json < b.json ? -1 : 1))
      .slice(0, 20),
  };
}

function typeOf(value: unknown): ProfileType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') {
    if ('$double' in value) return 'number';
    return '$bytes' in value ? 'bytes' : 'object';
  }
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
