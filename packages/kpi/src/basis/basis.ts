/** What a number stands on that is no count of its own: a KPI on a funnel, a letter of HEART on feedback. */
import type {
  AdoptionDefinition,
  FunnelDefinition,
  RetentionDefinition,
} from '../definition/rule-definition.ts';
import { LONGEST_PERIOD_MS } from '../retention-periods.ts';

/** A number of an adoption table. */
export const ADOPTION_NUMBERS = [
  'breadth',
  'adoptionRate',
  'retainedRate',
  'abandonedRate',
  'viewToUse',
  'repeatRate',
  'runsPerWeek',
  'timeToAdoptMs',
] as const;
/** Name of one. */
export type AdoptionNumber = (typeof ADOPTION_NUMBERS)[number];

/** A share of those who entered: how many did the last required step, without those who still may. */
export interface FunnelBasis {
  readonly kind: 'funnel';
  readonly definition: FunnelDefinition;
}

/** The mean of a column over complete cohorts. */
export interface RetentionBasis {
  readonly kind: 'retention';
  readonly definition: RetentionDefinition;
  readonly period: number;
}

/** One number of the adoption of a feature. */
export interface AdoptionBasis {
  readonly kind: 'adoption';
  readonly feature: string;
  /** Null where the default rule counts. */
  readonly definition: AdoptionDefinition | null;
  readonly number: AdoptionNumber;
}

/** What people answered about features, on one scale. */
export interface FeedbackBasis {
  readonly kind: 'feedback';
  readonly features: readonly string[];
  readonly number: 'mean' | 'nps';
  readonly scale: number;
}

/** How much those who are active do: runs a week of each, or the share active on five days of seven. */
export interface EngagementBasis {
  readonly kind: 'engagement';
  readonly features: readonly string[];
  readonly number: 'runsPerWeek' | 'fiveOfSeven';
}

/** The share of ended runs that succeeded. */
export interface SuccessBasis {
  readonly kind: 'success';
  readonly features: readonly string[];
}

/** One of them. */
export type Basis =
  | FunnelBasis
  | RetentionBasis
  | AdoptionBasis
  | FeedbackBasis
  | EngagementBasis
  | SuccessBasis;

/** By which a clock is changed. */
const HOUR_MS = 3_600_000;

/** How long after a moment what began there may still turn out. */
export function maturityMs(basis: Basis): number {
  if (basis.kind === 'funnel') return Math.ceil(Number(basis.definition.rule.windowNs) / 1e6);
  if (basis.kind !== 'retention') return 0;
  const { rule } = basis.definition;
  return (lastPeriod(basis) + 1) * LONGEST_PERIOD_MS[rule.period] + HOUR_MS;
}

/** Last period of the column that holds the one asked for. */
function lastPeriod({ definition: { rule }, period }: RetentionBasis): number {
  // A cell that later returns raise turns out with the last column of all.
  const until = rule.criterion === 'on_or_after' ? Infinity : period;
  let last = 0;
  for (const width of rule.brackets ?? []) {
    if (last >= until) break;
    last += width;
  }
  const isRising = rule.criterion === 'on_or_after' && rule.brackets === null;
  return Math.max(last, isRising ? rule.periods : period);
}

/** How to write its value. */
export function formatOf(basis: Basis): 'number' | 'percent' | 'duration' {
  if (basis.kind === 'adoption') {
    if (basis.number === 'timeToAdoptMs') return 'duration';
    return basis.number === 'runsPerWeek' ? 'number' : 'percent';
  }
  if (basis.kind === 'feedback') return 'number';
  return basis.kind === 'engagement' && basis.number === 'runsPerWeek' ? 'number' : 'percent';
}

/** What its sample counts. */
export function sampleUnitOf(basis: Basis): string {
  if (basis.kind === 'feedback') return 'answers';
  if (basis.kind === 'success') return 'runs';
  if (basis.kind === 'engagement') return 'users';
  if (basis.kind === 'adoption') return `${basis.definition?.rule.unit ?? 'user'}s`;
  return `${basis.definition.rule.unit}s`;
}

/** What of it means the same number. */
export function meaningOf(basis: Basis): unknown {
  if (basis.kind === 'funnel') return { kind: basis.kind, digest: basis.definition.digest };
  const { definition, ...rest } = { definition: null, ...basis };
  return { ...rest, digest: definition?.digest ?? null };
}

/** The number in words. */
export function describeBasis(basis: Basis): string {
  switch (basis.kind) {
    case 'funnel':
      return `the share of those who entered the funnel ${basis.definition.id} that did its last step, without those whose window is not over`;
    case 'retention':
      return `the mean of ${basis.definition.rule.period} ${String(basis.period)} of the retention table ${basis.definition.id} over complete cohorts${basis.definition.rule.breakdownOn === 'both' ? ', all groups of its breakdown together' : ''}`;
    case 'adoption':
      return `${basis.number} of the adoption of ${basis.feature} by ${basis.definition === null ? 'the default rule' : `the definition ${basis.definition.id}`}; newActors used it for the first time of all that is stored`;
    case 'feedback':
      return `${basis.number === 'nps' ? 'the net promoter score' : 'the mean score'} out of ${String(basis.scale)} in feedback about ${basis.features.join(', ')}, from 30 answers on; responseRate is the share of those who ran what was answered about that answered, change is against as long before`;
    case 'engagement':
      return basis.number === 'runsPerWeek'
        ? `runs of ${basis.features.join(', ')} a week by each user who ran it: an average a user, no total`
        : `the share of users of ${basis.features.join(', ')} in the last 7 days that ran it on 5 of them or more`;
    case 'success':
      return `the share of ended runs of ${basis.features.join(', ')} that succeeded; partial successes are told apart, and errorRate is the share that failed or timed out`;
    default:
      return basis satisfies never;
  }
}
