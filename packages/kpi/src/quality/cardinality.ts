/** Cardinality: are there more different names and values than code can mean? */
import type { ProfileRow, VolumeRow } from '@heartwood/store';
import type { Finding } from './finding.ts';
import type { OptionsFor } from './options.ts';
import { pairProfiles, subjectOf } from './profiles.ts';
import type { Weeks } from './weeks.ts';

/** Names that are told. */
const MOST_SAMPLES = 10;

/** Different names of features and of events in the period, expected is how many there may be. */
export function checkNames(
  rows: readonly VolumeRow[],
  weeks: Weeks,
  optionsOf: OptionsFor<'cardinality'>,
): Finding[] {
  return (['run', 'event'] as const).flatMap((source): Finding[] => {
    const subject = source === 'run' ? 'features' : 'events';
    const options = optionsOf(subject);
    const seen = rows.filter(
      (row) => row.source === source && row.weeks.some(({ week }) => week === 0),
    );
    if (options === undefined || seen.length === 0) return [];
    const start = BigInt(weeks.fromMs) * 1_000_000n;
    const fresh = seen.filter(({ firstTime }) => BigInt(firstTime) >= start);
    const isMany = seen.length > options.maxNames;
    const hint = isMany ? '; a name that holds an id or a value makes one of each' : '';
    return [
      {
        subject,
        result: isMany ? 'fail' : 'pass',
        value: seen.length,
        expected: options.maxNames,
        n: seen.length,
        message: `${String(seen.length)} names, ${String(fresh.length)} of them new${hint}`,
        evidence: { samples: [], newNames: fresh.map(({ name }) => name).slice(0, MOST_SAMPLES) },
      },
    ];
  });
}

/**
 * Different values of a property in the period, expected is how many there were in all the weeks before. An id has more
 * values the longer one looks: a day that has many times those of weeks tells that a property has become one.
 */
export function checkValues(
  rows: readonly ProfileRow[],
  earlier: readonly ProfileRow[],
  optionsOf: OptionsFor<'cardinality'>,
): Finding[] {
  return pairProfiles(rows, earlier).flatMap(({ now, before }): Finding[] => {
    const subject = subjectOf(now);
    const options = optionsOf(subject);
    if (options === undefined || now === undefined) return [];
    const { distinct: value, present: n } = now;
    const expected = before?.distinct ?? 0;
    const counts = `${String(value)} different values, in the weeks before ${String(expected)}`;
    const base = { subject, value, expected, n };
    const evidence = { samples: [], values: now.values.map(({ json }) => json).slice(0, 5) };
    if (value <= options.maxValues) return [{ ...base, result: 'pass', message: counts, evidence }];
    if ((before?.present ?? 0) < options.minRecords)
      return [{ ...base, result: 'warn', message: `new, and has ${counts}`, evidence }];
    const isExploding = value > expected * (1 + options.maxRise);
    return [{ ...base, result: isExploding ? 'fail' : 'pass', message: counts, evidence }];
  });
}
