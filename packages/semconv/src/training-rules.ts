/** Rules of training labels, with their versions: by which rule each gets its value, so that two apps mean the same by one word. */
import { PERFORMANCE_TIERS, TrainingLabel } from './values.ts';

/** How a label gets its value. */
export interface LabelRule {
  /** Counts up when the rule gives some run another value. */
  readonly version: number;
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
    version: 1,
    rule: 'true when the status is success, false for every other status, unless the app says otherwise.',
  },
  [TrainingLabel.PERFORMANCE_TIER]: {
    version: 1,
    rule: 'The performance tier of the duration, paused time left out, unless the app says another tier.',
    words: PERFORMANCE_TIERS,
    closed: true,
  },
  [TrainingLabel.DATA_QUALITY]: {
    version: 1,
    rule: 'A word, or the share of valid records from 0 to 1: from 0.95 high, from 0.8 medium, else low.',
    words: ['high', 'medium', 'low'],
    wordFor: (share) => step(share, [0.95, 'high'], [0.8, 'medium'], [0, 'low']),
  },
  [TrainingLabel.COMPLEXITY_LEVEL]: {
    version: 1,
    rule: 'A word, or the number of steps or items handled: below 10 low, below 1000 medium, else high.',
    words: ['low', 'medium', 'high'],
    wordFor: (count) =>
      count >= 0 ? (count < 10 ? 'low' : count < 1000 ? 'medium' : 'high') : undefined,
  },
  [TrainingLabel.SYNC_EFFICIENCY]: {
    version: 1,
    rule: 'A word, or the share of records that were synced from 0 to 1: from 0.95 excellent, from 0.8 good, from 0.5 fair, else poor.',
    words: ['excellent', 'good', 'fair', 'poor'],
    wordFor: (share) => step(share, [0.95, 'excellent'], [0.8, 'good'], [0.5, 'fair'], [0, 'poor']),
  },
  [TrainingLabel.ERROR_RECOVERY]: {
    version: 1,
    rule: 'true when something failed on the way and the run went on, or the number of such failures: above 0 is true.',
    wordFor: (count) => (count >= 0 ? count > 0 : undefined),
  },
  [TrainingLabel.BATCH_OPTIMIZATION]: {
    version: 1,
    rule: 'A word, or the share of the largest batch that was used from 0 to 1: from 0.8 optimal, from 0.5 acceptable, else poor.',
    words: ['optimal', 'acceptable', 'poor'],
    wordFor: (share) => step(share, [0.8, 'optimal'], [0.5, 'acceptable'], [0, 'poor']),
  },
};

/** From this efficiency on a run is efficient: the label `efficiency_high` of exported runs. */
export const EFFICIENT_FROM = 0.8;

/** The word of the first limit that a share from 0 to 1 reaches. */
function step(
  share: number,
  ...limits: readonly (readonly [number, string])[]
): string | undefined {
  return share <= 1 ? limits.find(([least]) => share >= least)?.[1] : undefined;
}
