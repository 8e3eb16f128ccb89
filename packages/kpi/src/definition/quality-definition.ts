/** Checks of data quality in definition files: `quality: [{id: nightly, check: gap, subject: backup, options: {minGap: 26h}}]`. */
import { z } from 'zod';
import { QUALITY_CHECKS } from '../quality/finding.ts';
import { QUALITY_OPTIONS } from '../quality/options.ts';
import { suggest } from '../suggestion.ts';
import { BASE_SHAPE, toBase, type Kind } from './kind.ts';
import type { QualityDefinition } from './kinds.ts';
import { digestOf } from './revision.ts';
import { durationMs, readShape, wordOf } from './shape.ts';
import type { Spot } from './spot.ts';

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  check: wordOf(QUALITY_CHECKS),
  subject: z.string().min(1).max(500).nullish(),
  options: z.record(z.string(), z.unknown()).optional(),
  enabled: z.boolean().optional(),
});

/** What a value of an option may be. */
const VALUES = {
  count: z.int().min(1).max(1_000_000_000),
  share: z.number().min(0).max(1),
  number: z.number().min(0).max(1_000_000),
  duration: durationMs,
} as const;

/** The options of all checks: which of them takes which is told when it is read. */
const OPTIONS_WRITTEN = z.strictObject(
  Object.fromEntries(
    Object.values(QUALITY_OPTIONS).flatMap((options) =>
      Object.entries<{ kind: keyof typeof VALUES }>(options).map(([name, { kind }]) => [
        name,
        VALUES[kind].optional(),
      ]),
    ),
  ),
);

/** A year of weeks of quarters of an hour is as much as a question takes. */
const MOST_WEEKS = 52;

/** Checks of data quality. */
export const QUALITY: Kind = {
  kind: 'quality',
  key: 'quality',
  written: SHAPE.extend({ options: OPTIONS_WRITTEN.optional() }),
  read(entry) {
    const words = readShape(SHAPE, entry.words, entry.spot);
    if (words === undefined) return undefined;
    const { check, subject = null, enabled = true } = words;
    const options = readOptions(check, words.options ?? {}, subject, entry.spot.at('options'));
    if (options === undefined) return undefined;
    return (): QualityDefinition => ({
      ...toBase(entry, words),
      kind: 'quality',
      digest: digestOf({ check, subject, options, enabled }),
      check,
      subject,
      options,
      enabled,
    });
  },
};

function readOptions(
  check: QualityDefinition['check'],
  words: Readonly<Record<string, unknown>>,
  subject: string | null,
  spot: Spot,
): Readonly<Record<string, number>> | undefined {
  const known = new Map(
    Object.entries<{ kind: keyof typeof VALUES; wide?: true }>(QUALITY_OPTIONS[check]),
  );
  const options: Record<string, number> = {};
  let isWrong = false;
  const refuse = (at: Spot, message: string, near: readonly string[] = []): void => {
    at.error(near.length > 0 ? 'DEFINITION_KEY_UNKNOWN' : 'DEFINITION_VALUE', message, near);
    isWrong = true;
  };
  for (const [name, word] of Object.entries(words)) {
    const [option, at] = [known.get(name), spot.at(name)];
    if (option === undefined) {
      const names = [...known.keys()];
      refuse(at, `is no option of ${check}; there are ${names.join(', ')}`, suggest(name, names));
      continue;
    }
    if (option.wide === true && subject !== null) {
      refuse(at, `holds for the check as a whole; give it without a subject`);
      continue;
    }
    const value = readShape<number>(VALUES[option.kind], word, at);
    if (value === undefined) isWrong = true;
    else if (name === 'weeks' && value > MOST_WEEKS) refuse(at, `must be at most ${MOST_WEEKS}`);
    else options[name] = value;
  }
  checkPoints(check, options, subject, refuse, spot);
  return isWrong ? undefined : options;
}

/** Weeks that are fewer than those needed leave nothing to compare with. Of one subject the weeks are given elsewhere. */
function checkPoints(
  check: QualityDefinition['check'],
  options: Readonly<Record<string, number>>,
  subject: string | null,
  refuse: (at: Spot, message: string) => void,
  spot: Spot,
): void {
  if (subject !== null || (check !== 'volume' && check !== 'gap')) return;
  const presets = QUALITY_OPTIONS[check];
  const weeks = options['weeks'] ?? presets.weeks.preset;
  const minPoints = options['minPoints'] ?? presets.minPoints.preset;
  if (weeks >= minPoints) return;
  const name = options['weeks'] === undefined ? 'minPoints' : 'weeks';
  refuse(
    spot.at(name),
    name === 'weeks'
      ? `must be at least minPoints, which is ${String(minPoints)}`
      : `must be at most weeks, which is ${String(weeks)}`,
  );
}
