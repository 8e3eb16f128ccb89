/** What checks can be told, and what they do unless they are. */
import type { QualityDefinition } from '../definition/kinds.ts';
import type { QualityCheck } from './finding.ts';

const MINUTE_MS = 60_000;

/** What kind of number an option is: durations are milliseconds. `wide` ones hold for a check as a whole. */
interface Option {
  readonly preset: number;
  readonly kind: 'count' | 'share' | 'number' | 'duration';
  readonly wide?: true;
}

const weeks = (preset: number): Option => ({ preset, kind: 'count', wide: true });
const count = (preset: number): Option => ({ preset, kind: 'count' });
const share = (preset: number): Option => ({ preset, kind: 'share' });
const number = (preset: number): Option => ({ preset, kind: 'number' });
const duration = (preset: number): Option => ({ preset, kind: 'duration', wide: true });
const shares = (warn: number, fail: number) =>
  ({ warnShare: share(warn), failShare: share(fail), minRecords: count(20) }) as const;

/** Options of each check. */
export const QUALITY_OPTIONS = {
  volume: {
    weeks: weeks(8),
    minPoints: count(4),
    minVolume: count(20),
    minChange: share(0.3),
    maxRise: number(1),
    maxScore: number(3.5),
  },
  gap: {
    weeks: weeks(8),
    minPoints: count(4),
    minVolume: count(20),
    minGap: duration(60 * MINUTE_MS),
  },
  lateness: { ...shares(0.01, 0.05), lateAfter: duration(10 * MINUTE_MS) },
  skew: { ...shares(0.001, 0.01), tolerance: duration(1000) },
  duplicates: shares(0, 0.01),
  types: { ...shares(0, 0.01), weeks: weeks(4) },
  nulls: {
    weeks: weeks(4),
    minChange: share(0.1),
    maxScore: number(3.5),
    minRecords: count(20),
  },
  cardinality: {
    weeks: weeks(4),
    maxNames: count(500),
    maxValues: count(1000),
    maxRise: number(1),
    minRecords: count(20),
  },
  unknown: { failShare: share(0.01), minRecords: count(20) },
  unended: { ...shares(0.01, 0.05), silentFor: duration(30 * MINUTE_MS) },
  drops: shares(0, 0.01),
} as const satisfies Readonly<Record<QualityCheck, Readonly<Record<string, Option>>>>;

type Table = typeof QUALITY_OPTIONS;

/** Options of a check by name. */
export type OptionsOf<Check extends QualityCheck> = Readonly<Record<keyof Table[Check], number>>;

/** What a check is told about one thing; undefined where it is to leave that out. */
export type OptionsFor<Check extends QualityCheck> = (
  subject: string | null,
) => OptionsOf<Check> | undefined;

/** Options as definitions have them: those for a subject come before those for all. */
export function optionsFor<Check extends QualityCheck>(
  check: Check,
  definitions: Iterable<QualityDefinition>,
): OptionsFor<Check> {
  const ours = [...definitions].filter((definition) => definition.check === check);
  const presets = Object.fromEntries(
    Object.entries<Option>(QUALITY_OPTIONS[check]).map(([name, { preset }]) => [name, preset]),
  );
  return (subject) => {
    const told = ours
      .filter((definition) => definition.subject === null || definition.subject === subject)
      .toSorted((a, b) => Number(a.subject !== null) - Number(b.subject !== null));
    if (told.at(-1)?.enabled === false) return undefined;
    return Object.assign({}, presets, ...told.map(({ options }) => options)) as OptionsOf<Check>;
  };
}
