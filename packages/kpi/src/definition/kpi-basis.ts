/** KPIs in definition files that take over a number of another definition. */
import type { AdoptionNumber, Basis } from '../basis/basis.ts';
import { follow, type Links } from './kind.ts';
import { LONGEST_PERIOD_MS } from '../retention-periods.ts';
import type { HeartDefinition, HeartLetter, KpiFormula } from './kinds.ts';
import type { AdoptionDefinition, FunnelDefinition } from './rule-definition.ts';
import { tooLargeFor } from '../retention.ts';
import { toRetentionBasis } from './retention-basis.ts';
import type { Spot } from './spot.ts';

/** Types of such KPIs. */
export type BasisType = 'conversion' | 'retention' | 'adoption' | 'heart';

/** What such a KPI says about its number. */
export interface BasisWords {
  readonly funnel?: string | undefined;
  readonly retention?: string | undefined;
  readonly period?: number | undefined;
  readonly adoption?: string | undefined;
  readonly metric?: AdoptionNumber | undefined;
  readonly heart?: string | undefined;
  readonly letter?: HeartLetter | undefined;
}

/** The number that a KPI stands on; undefined with problems, which are reported. */
export function toBasisFormula(
  type: BasisType,
  words: BasisWords,
  links: Links,
  spot: Spot,
): Extract<KpiFormula, { basis: Basis }> | undefined {
  const of = { conversion: words.funnel, ...words }[type] ?? '';
  const basis = READERS[type](of, words, links, spot);
  return basis && { type, of, basis };
}

/** Reports a window over which a KPI would have too large a table: every list of KPIs would be refused for it. */
export function isTableTooLarge(basis: Basis, windowMs: number, spot: Spot): boolean {
  if (basis.kind !== 'retention') return false;
  const { id, rule } = basis.definition;
  const what = tooLargeFor(rule, windowMs);
  if (what === undefined) return false;
  const remedy = 'give it a shorter window, or the table a longer period or fewer periods';
  spot.error(
    'DEFINITION_VALUE',
    `is too long for the retention table ${id}, which would have ${what}; ${remedy}`,
  );
  return true;
}

/** Reports a window that may hold no cohort of its retention table whole: no other is in the number. */
export function warnOfCutCohorts(basis: Basis, windowMs: number, spot: Spot): void {
  if (basis.kind !== 'retention') return;
  const { id, rule } = basis.definition;
  if (windowMs >= LONGEST_PERIOD_MS[rule.period]) return;
  const enough = {
    hour: '1h',
    day: '1d or {calendar: day}',
    week: '7d or {calendar: week}',
    month: '31d or {calendar: month}',
  }[rule.period];
  spot.warn(
    'DEFINITION_VALUE',
    `is shorter than one ${rule.period}, and the retention table "${id}" has a cohort each ${rule.period}: where none lies whole within it there is no value and no status; give it at least ${enough}`,
  );
}

type Read = (id: string, words: BasisWords, links: Links, spot: Spot) => Basis | undefined;

const READERS: Readonly<Record<BasisType, Read>> = {
  conversion: (id, _words, links, spot) => {
    const found = follow(links, { kind: 'funnel', id }, spot.at('funnel'));
    return found && { kind: 'funnel', definition: found as FunnelDefinition };
  },
  retention: (id, { period }, links, spot) =>
    toRetentionBasis({ id, period }, links, spot, 'retention'),
  adoption: (id, { metric: number = 'adoptionRate' }, links, spot) => {
    const found = follow(links, { kind: 'adoption', id }, spot.at('adoption'));
    const definition = found as AdoptionDefinition | undefined;
    return definition && { kind: 'adoption', feature: definition.feature, definition, number };
  },
  heart: (id, { letter = 'happiness' }, links, spot) => {
    const found = follow(links, { kind: 'heart', id }, spot.at('heart'));
    if (found === undefined) return undefined;
    const defined = (found as HeartDefinition).letters;
    const basis = defined.get(letter)?.basis;
    if (basis === undefined)
      spot
        .at('letter')
        .error(
          'DEFINITION_REFERENCE',
          `is ${letter}, which the HEART "${id}" does not define; it has ${[...defined.keys()].join(', ')}`,
        );
    return basis;
  },
};
