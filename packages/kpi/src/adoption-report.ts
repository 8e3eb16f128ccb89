/** Numbers of adoption from rows of the store: counts, shares of sums, medians. */
import type { AdoptionRow, EligibleFacts, Group } from '@heartwood/store';
import type { AdoptionDefinition } from './definition/rule-definition.ts';
import { endOf, type AdoptionRule } from './adoption-rule.ts';
import { rate } from './ratio.ts';
import type { Window } from './window.ts';

/** How far a feature has come with those who could use it. */
export interface AdoptionNumbers {
  readonly feature: string;
  /** Id of the definition; null where the default rule counts. */
  readonly id: string | null;
  /**
   * `used`: a run in the range ended success or partial, whoever ran it. `unused`: run before or in vain. `never`: without
   * a run in all that is stored.
   */
  readonly state: 'used' | 'unused' | 'never';
  /** Who is counted. */
  readonly unit: AdoptionRule['unit'];
  readonly eligible: number;
  /** Null where no exposure is defined. */
  readonly exposed: number | null;
  readonly tried: number;
  readonly repeated: number;
  readonly adopted: number;
  readonly retained: number;
  /** Null where the range is too short to tell. */
  readonly abandoned: number | null;
  /** `tried / eligible`. */
  readonly breadth: number | null;
  /** `adopted / eligible`. */
  readonly adoptionRate: number | null;
  /** `retained / adopted`. */
  readonly retainedRate: number | null;
  /** `abandoned / tried`. */
  readonly abandonedRate: number | null;
  /** `tried / exposed`; above 1 where some use it who were never shown it. */
  readonly viewToUse: number | null;
  /** `repeated / tried`. */
  readonly repeatRate: number | null;
  readonly runsPerWeek: number | null;
  readonly timeToAdoptMs: number | null;
}

interface Subject {
  readonly feature: string;
  readonly definition: AdoptionDefinition | undefined;
  readonly rule: AdoptionRule;
  readonly isKnown: boolean;
  /** A run in the range ended success or partial. */
  readonly isUsed: boolean;
}

/** The numbers of one group of rows; null without a breakdown. */
export function toAdoptionNumbers(
  rows: readonly AdoptionRow[],
  group: Group | null,
  facts: EligibleFacts,
  window: Window,
  { feature, definition, rule, isKnown, isUsed }: Subject,
): AdoptionNumbers {
  const key = JSON.stringify(group);
  const find = (part: AdoptionRow['part']): number | undefined =>
    rows.find(
      (row) =>
        row.part === part &&
        row.bucket === null &&
        (part === 'eligible' || part === 'exposed' || JSON.stringify(row.group) === key),
    )?.value;
  const count = (part: AdoptionRow['part']): number => find(part) ?? 0;
  const [eligible, tried, adopted] = [count('eligible'), count('tried'), count('adopted')];
  const [repeated, retained] = [count('repeated'), count('retained')];
  const exposed = rule.exposure === null ? null : count('exposed');
  const abandoned = canAbandon(window, rule) ? count('abandoned') : null;
  const waitNs = find('timeToAdopt');
  return {
    feature,
    id: definition?.id ?? null,
    state: isUsed ? 'used' : isKnown ? 'unused' : 'never',
    unit: rule.unit,
    eligible,
    exposed,
    tried,
    repeated,
    adopted,
    retained,
    abandoned,
    breadth: rate(tried, eligible, facts),
    adoptionRate: rate(adopted, eligible, facts),
    retainedRate: rate(retained, adopted, facts),
    abandonedRate: abandoned === null ? null : rate(abandoned, tried, facts),
    viewToUse: exposed === null ? null : rate(tried, exposed, facts),
    repeatRate: rate(repeated, tried, facts),
    runsPerWeek: find('usesPerWeek') ?? null,
    timeToAdoptMs: waitNs === undefined ? null : waitNs / 1e6,
  };
}

/** Whether somebody who tried at the start of a window could have abandoned by its end. */
const canAbandon = (window: Window, { windowMs }: AdoptionRule): boolean =>
  endOf(window) - 2 * windowMs > window.fromMs;

/** What has to be known of a window that is too short for a rule. */
export function shortWarnings(window: Window, rule: AdoptionRule): string[] {
  if (canAbandon(window, rule)) return [];
  const days = (2 * rule.windowMs) / 86_400_000;
  return [
    `Nobody can be told to have abandoned: that takes a range of more than ${String(days)} days, twice the window.`,
  ];
}
