/** Whose runs and events a basis names. */
import type { EventSelector } from '@heartwood/store';
import { selectorsOfFunnel } from '../funnel-rule.ts';
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
