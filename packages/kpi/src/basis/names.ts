/** Whose runs and events a basis names. */
import type { EventSelector } from '@heartwood/store';
import { conditionOfEligible } from '../adoption-rule.ts';
import { conditionsOfFunnel, selectorsOfFunnel } from '../funnel-rule.ts';
import type { SharedCondition } from '../selector-properties.ts';
import type { Basis } from './basis.ts';

/** All selectors of a basis, of what shows a feature too. */
export function selectorsOfBasis(basis: Basis): EventSelector[] {
  switch (basis.kind) {
    case 'funnel':
      return selectorsOfFunnel(basis.definition.rule);
    case 'retention':
      return [basis.definition.rule.start, basis.definition.rule.return];
    case 'adoption': {
      const { feature, definition } = basis;
      const exposure = definition?.rule.exposure ?? null;
      return [{ source: 'run', names: [feature] }, ...(exposure === null ? [] : [exposure])];
    }
    case 'feedback':
    case 'engagement':
    case 'success':
      return [{ source: 'run', names: basis.features }];
    default:
      return basis satisfies never;
  }
}

/** What must be so of some of them, whichever. */
export function conditionsOfBasis(basis: Basis): SharedCondition[] {
  if (basis.kind === 'funnel') return conditionsOfFunnel(basis.definition.rule);
  if (basis.kind !== 'adoption' || basis.definition === null) return [];
  return conditionOfEligible(basis.definition.rule, basis.feature);
}
