/** Training labels: by which rule each gets its value, so that two apps mean the same by one word. */
import { PERFORMANCE_TIERS, TrainingLabel } from '@heartwood/semconv';
import { warnOnce } from '../host/report.ts';
import { redactAndCut } from '../privacy/redact.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import type { FeatureConfig } from '../settings/config.ts';

/** Value of a training label. */
export type LabelValue = string | number | boolean;

/** How a label gets its value. */
interface LabelRule {
  /** The rule, for people. */
  readonly rule: string;
  /** Words that it may have; other words of the app are kept too, unless `closed`. Undefined: true and false. */
  readonly words?: readonly string[];
  readonly closed?: boolean;
  /** The word for a number that the app gives instead; undefined for a number that makes no sense. */
  readonly wordFor?: (number: number) => string | boolean | undefined;
}

/**
 * The rule of each label. The first two follow from the run itself and are on every run; of the others only the app
 * knows what they ask, and a run without it has no such label.
 */
export const TRAINING_LABELS: Readonly<Record<TrainingLabel, LabelRule>> = {
  [TrainingLabel.OPERATION_SUCCESSFUL]: {
    rule: 'true when the status is success, false for every other status, unless the app says otherwise.',
  },
  [TrainingLabel.PERFORMANCE_TIER]: {
    rule: 'The performance tier of the duration, paused time left out, unless the app says another tier.',
    words: PERFORMANCE_TIERS,
    closed: true,
  },
  [TrainingLabel.DATA_QUALITY]: {
    rule: 'A word, or the share of valid records from 0 to 1: from 0.95 high, from 0.8 medium, else low.',
    words: ['high', 'medium', 'low'],
    wordFor: (share) => step(share, [0.95, 'high'], [0.8, 'medium'], [0, 'low']),
  },
  [TrainingLabel.COMPLEXITY_LEVEL]: {
    rule: 'A word, or the number of steps or items handled: below 10 low, below 1000 medium, else high.',
    words: ['low', 'medium', 'high'],
    wordFor: (count) =>
      count >= 0 ? (count < 10 ? 'low' : count < 1000 ? 'medium' : 'high') : undefined,
  },
  [TrainingLabel.SYNC_EFFICIENCY]: {
    rule: 'A word, or the share of records that were synced from 0 to 1: from 0.95 excellent, from 0.8 good, from 0.5 fair, else poor.',
    words: ['excellent', 'good', 'fair', 'poor'],
    wordFor: (share) => step(share, [0.95, 'excellent'], [0.8, 'good'], [0.5, 'fair'], [0, 'poor']),
  },
  [TrainingLabel.ERROR_RECOVERY]: {
    rule: 'true when something failed on the way and the run went on, or the number of such failures: above 0 is true.',
    wordFor: (count) => (count >= 0 ? count > 0 : undefined),
  },
  [TrainingLabel.BATCH_OPTIMIZATION]: {
    rule: 'A word, or the share of the largest batch that was used from 0 to 1: from 0.8 optimal, from 0.5 acceptable, else poor.',
    words: ['optimal', 'acceptable', 'poor'],
    wordFor: (share) => step(share, [0.8, 'optimal'], [0.5, 'acceptable'], [0, 'poor']),
  },
};

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

/** The word of the first limit that a share from 0 to 1 reaches. */
function step(
  share: number,
  ...limits: readonly (readonly [number, string])[]
): string | undefined {
  return share <= 1 ? limits.find(([least]) => share >= least)?.[1] : undefined;
}
