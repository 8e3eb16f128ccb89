/** Every check of data quality: what it asks and how it judges. */
import type { ReadOptions } from '@heartwood/store';
import type { DefinitionSet } from '../definition/kinds.ts';
import { checkNames, checkValues } from './cardinality.ts';
import type { Checked, QualityCheck } from './finding.ts';
import { checkGap } from './gap.ts';
import { checkLateness } from './lateness.ts';
import { checkNulls } from './nulls.ts';
import { optionsFor, type OptionsFor, type OptionsOf } from './options.ts';
import { plannedEvents, plannedTypes } from './planned.ts';
import type { Asked, QualityQuestions } from './questions.ts';
import { checkShare, type Part } from './share.ts';
import { checkTypes } from './types.ts';
import { checkUnknown } from './unknown.ts';
import { checkVolume } from './volume.ts';

/** What a check is given. */
interface Call<Check extends QualityCheck> {
  readonly questions: QualityQuestions;
  readonly definitions: DefinitionSet;
  readonly optionsOf: OptionsFor<Check>;
  /** Those for the check as a whole. */
  readonly options: OptionsOf<Check>;
  readonly read: ReadOptions;
}

/** Runs one check; undefined where definitions turn it off. Rejects as the reader does. */
export async function runCheck(
  check: QualityCheck,
  questions: QualityQuestions,
  definitions: DefinitionSet,
  read: ReadOptions,
): Promise<Checked | undefined> {
  const optionsOf = optionsFor(check, definitions.quality.values());
  const options = optionsOf(null);
  if (options === undefined) return undefined;
  // A check is given its own options, which TypeScript does not follow.
  return CHECKS[check]({ questions, definitions, optionsOf, options, read } as never);
}

const CHECKS: { readonly [Check in QualityCheck]: (call: Call<Check>) => Promise<Checked> } = {
  volume: async ({ questions, optionsOf, options: { weeks }, read }) => {
    const asked = await questions.volume(weeks, read);
    return checkedOf([asked], 'no runs and no events came in', (removed) =>
      checkVolume(asked.rows, removed, questions.weeks(weeks), optionsOf),
    );
  },

  gap: async ({ questions, optionsOf, options: { weeks, minGap }, read }) => {
    const asked = await questions.silence(weeks, minGap, read);
    return checkedOf([asked], 'no spans and no log records came in', (removed) =>
      checkGap(asked.rows, removed, questions.weeks(weeks), optionsOf),
    );
  },

  lateness: async ({ questions, optionsOf, options: { lateAfter }, read }) => {
    const asked = await questions.trouble('late', lateAfter, read);
    return checkedOf([asked], 'no spans and no log records came in', () =>
      checkLateness(asked.rows, lateAfter, optionsOf),
    );
  },

  skew: async ({ questions, optionsOf, options: { tolerance }, read }) => {
    const asked = await questions.trouble('skewed', tolerance, read);
    return shared([{ asked, mayFail: true }], 'no spans and no log records came in', optionsOf);
  },

  duplicates: async ({ questions, optionsOf, read }) => {
    const asked = await questions.trouble('repeated', 0, read);
    return shared([{ asked, mayFail: true }], 'no spans came in', optionsOf);
  },

  types: async ({ questions, definitions, optionsOf, options: { weeks }, read }) => {
    const [now, before] = await questions.profiles(weeks, read);
    return checkedOf([now, before], 'no events with properties came in', () =>
      checkTypes(now.rows, before.rows, plannedTypes(definitions), optionsOf),
    );
  },

  nulls: async ({ questions, optionsOf, options: { weeks }, read }) => {
    const [now, before] = await questions.profiles(weeks, read);
    return checkedOf([now, before], 'no events had properties in the weeks before', () =>
      checkNulls(now.rows, before.rows, optionsOf),
    );
  },

  cardinality: async ({ questions, optionsOf, options: { weeks }, read }) => {
    const volume = await questions.volume(weeks, read);
    const [now, before] = await questions.profiles(weeks, read);
    return checkedOf([volume, now, before], 'no runs and no events came in', () => [
      ...checkNames(volume.rows, questions.weeks(weeks), optionsOf),
      ...checkValues(now.rows, before.rows, optionsOf),
    ]);
  },

  unknown: async ({ questions, definitions, optionsOf, read }) => {
    const planned = plannedEvents(definitions);
    if (planned === null)
      return { findings: [], statements: [], nothing: 'no tracking plan is defined' };
    const asked = await questions.volume(0, read);
    return checkedOf([asked], 'no events came in', () =>
      checkUnknown(asked.rows, planned, optionsOf),
    );
  },

  unended: async ({ questions, optionsOf, options: { silentFor }, read }) => {
    const unended = await questions.trouble('unended', silentFor, read);
    const orphan = await questions.trouble('orphan', 0, read);
    const parts = [
      { asked: unended, mayFail: true },
      // A parent may be on its way, or be left out by somebody else's sampler.
      { asked: orphan, mayFail: false },
    ];
    return shared(parts, 'no operations and no spans within spans came in', optionsOf);
  },

  drops: async ({ questions, optionsOf, read }) => {
    const unsent = await questions.trouble('unsent', 0, read);
    const cut = await questions.trouble('cut', 0, read);
    const parts = [
      { asked: unsent, mayFail: true },
      { asked: cut, mayFail: false },
    ];
    return shared(parts, 'nothing came in', optionsOf);
  },
};

function shared<Check extends 'skew' | 'duplicates' | 'unended' | 'drops'>(
  parts: readonly (Omit<Part, 'rows'> & { readonly asked: Asked<Part['rows'][number]> })[],
  nothing: string,
  optionsOf: OptionsFor<Check>,
): Checked {
  return checkedOf(
    parts.map(({ asked }) => asked),
    nothing,
    () =>
      checkShare(
        parts.map(({ asked, mayFail }) => ({ rows: asked.rows, mayFail })),
        optionsOf,
      ),
  );
}

function checkedOf(
  asked: readonly Asked<unknown>[],
  nothing: string,
  judge: (removedBefore: bigint | null) => Checked['findings'],
): Checked {
  return {
    findings: judge(asked[0]?.removedBefore ?? null),
    statements: asked.map(({ statement }) => statement),
    nothing,
    ...(asked.some(({ truncated }) => truncated) ? { note: TOO_MANY } : {}),
  };
}

const TOO_MANY = 'only the first 10,000 names were looked at';
