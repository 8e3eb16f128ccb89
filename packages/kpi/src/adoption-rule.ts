/** What it means to adopt a feature, and the question that follows from it. */
import type { AdoptionQuestion, Condition, EventSelector } from '@heartwood/store';
import { createGrid, type Bucket } from './interval.ts';
import { OWN_EVENTS } from './name.ts';
import type { SharedCondition } from './selector-properties.ts';
import { toNs, type Window } from './window.ts';

/** Who could adopt a feature, and what it takes. */
export interface AdoptionRule {
  readonly unit: 'user' | 'session';
  /**
   * What shows the feature to somebody: eligible is who was shown it or used it. Null: with a condition whoever ran any
   * feature or did any event; without one, events `feature.viewed` about it show it, and where the range or the time
   * before it has none that the unit had, eligible is whoever ran any feature.
   */
  readonly exposure: EventSelector | null;
  /** Must hold of what makes somebody eligible. */
  readonly eligible: Condition | null;
  readonly minUses: number;
  readonly minDays: number;
  /** In which the uses and days must lie, its bounds included. */
  readonly windowMs: number;
  /** Date of the project's zone, or instant; null for the first run that is stored. */
  readonly releasedAt: string | null;
}

/** The rule of features that no definition speaks of. */
export const DEFAULT_RULE: AdoptionRule = {
  unit: 'user',
  exposure: null,
  eligible: null,
  minUses: 3,
  minDays: 2,
  windowMs: 28 * 86_400_000,
  releasedAt: null,
};

/** The question about one feature, or about the `top` most used ones each for itself; and its days. */
export function toAdoptionQuestion(
  window: Window,
  rule: AdoptionRule,
  about: { readonly feature: string } | { readonly top: number },
): { question: Omit<AdoptionQuestion, 'output'>; days: readonly Bucket[] } {
  const { unit, exposure, eligible, minUses, minDays, windowMs } = rule;
  const { buckets: days, origin, width, slots } = createGrid(window, '1d');
  const isOne = 'feature' in about;
  const use = useOf(isOne ? [about.feature] : 'any');
  const reached = exposure === null ? toActivity(eligible) : [exposure, use];
  const question: Omit<AdoptionQuestion, 'output'> = {
    kind: 'adoption',
    events: {
      ...toNs(window),
      selectors: [use, ...reached.map((selector) => narrow(selector, eligible))],
      keepOthers: false,
      unit,
      ...(!isOne && { group: { by: { kind: 'column', name: 'feature' }, top: about.top } }),
    },
    eligible: reached.map((_, index) => index + 1),
    exposed: exposure === null ? null : 1,
    minUses,
    minDays,
    windowNs: BigInt(windowMs) * 1_000_000n,
    endNs: BigInt(endOf(window)) * 1_000_000n,
    slots: { origin, width, buckets: slots },
    isByBucket: isOne,
  };
  return { question, days };
}

/** Runs that count as use: failed ones do not adopt. */
export const useOf = (names: EventSelector['names']): EventSelector => ({
  source: 'run',
  names,
  statuses: ['success', 'partial'],
});

/** A condition on who is eligible may hold of events alone. */
const toActivity = (eligible: Condition | null): readonly EventSelector[] => [
  { source: 'run', names: 'any' },
  ...(eligible === null ? [] : [{ source: 'event', names: 'any' } as const]),
];

function narrow(selector: EventSelector, eligible: Condition | null): EventSelector {
  if (eligible === null) return selector;
  const { where } = selector;
  return {
    ...selector,
    where: where === undefined ? eligible : { kind: 'and', parts: [where, eligible] },
  };
}

/** What somebody must have done, or be shown, to be eligible under a condition. */
export const conditionOfEligible = (
  { exposure, eligible }: AdoptionRule,
  feature: string,
): SharedCondition[] => {
  if (eligible === null) return [];
  const use = { source: 'run', names: [feature] } as const;
  return [{ where: eligible, of: exposure === null ? toActivity(eligible) : [exposure, use] }];
};

/** Nobody can be away from what has not happened yet. */
export const endOf = ({ toMs, nowMs }: Window): number => Math.min(toMs, nowMs);

const wordsOf = ({ source, names }: EventSelector): string =>
  `${source === 'run' ? 'a run of' : 'the event'} ${names === 'any' ? 'any name' : names.join(' or ')}`;

/** The rule in words. */
export function describeAdoption(feature: string, rule: AdoptionRule): string {
  const { unit, exposure, eligible, minUses, minDays, windowMs } = rule;
  const days = `${String(windowMs / 86_400_000)} days`;
  const anything =
    eligible === null ? 'ran any feature' : `ran any feature or did any event but ${OWN_EVENTS}`;
  const who =
    exposure === null ? anything : `were shown ${feature} (${wordsOf(exposure)}) or used it`;
  const only = eligible === null ? '' : ', where the condition of the definition holds';
  return [
    `eligible: ${unit}s that ${who} in the range${only}`,
    `tried: a run of ${feature} that ended success or partial, from eligible on; failed runs do not adopt`,
    `repeated: at least 2 such runs on at least 2 days`,
    `adopted: at least ${String(minUses)} on at least ${String(minDays)} days within ${days}`,
    `retained: adopted, and used again later, in the last ${days}`,
    `abandoned: tried, and not used in the last ${String((2 * windowMs) / 86_400_000)} days`,
    `runs a week: median over those who adopted, from their first run to the end of the range, of a week at least`,
  ].join('; ');
}
