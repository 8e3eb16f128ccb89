/** Training labels: the value of each, by the rule that it has everywhere. */
import { type LabelRule, TRAINING_LABELS } from '@heartwood/semconv';
import { warnOnce } from '../host/report.ts';
import { redactAndCut } from '../privacy/redact.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import type { FeatureConfig } from '../settings/config.ts';

/** Value of a training label. */
export type LabelValue = string | number | boolean;

/** The value to write for what the app said; undefined, and said once, when that makes no sense for the label. */
export function toLabelValue(
  label: string,
  given: unknown,
  config: FeatureConfig,
  userId?: RawUserId,
): string | boolean | undefined {
  const rule = Object.entries(TRAINING_LABELS).find(([known]) => known === label)?.[1];
  const value = rule === undefined ? undefined : valueFor(rule, given, config, userId);
  if (value === undefined) {
    const shown = label.slice(0, 60);
    warnOnce(
      `label:${shown}`,
      rule === undefined
        ? `there is no training label "${shown}"; it is left out`
        : `training label ${label} cannot be what was given and is left out. ${rule.rule}`,
    );
  }
  return value;
}

const LONGEST_WORD = 64;

function valueFor(
  { words, closed, wordFor }: LabelRule,
  given: unknown,
  config: FeatureConfig,
  userId: RawUserId,
): string | boolean | undefined {
  if (typeof given === 'number') return wordFor?.(given);
  if (typeof given === 'boolean') return words === undefined ? given : undefined;
  if (typeof given !== 'string' || words === undefined || given === '') return undefined;
  if (words.includes(given)) return given;
  return closed === true ? undefined : redactAndCut(given, LONGEST_WORD, config, userId);
}
