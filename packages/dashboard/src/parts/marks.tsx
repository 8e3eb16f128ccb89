/** Status and tier as a word with a coloured mark: colour never stands alone. */
import type { FeatureStatus, PerformanceTier } from '@heartwood/semconv';
import type { ReactNode } from 'react';
import { toLabel } from '../format.ts';

/** How a run ended. */
export function StatusMark({ status }: { readonly status: FeatureStatus }): ReactNode {
  return (
    <span className="mark">
      <i className={`dot tone-${status}`} />
      {status}
    </span>
  );
}

/** Duration class. */
export function TierMark({ tier }: { readonly tier: PerformanceTier }): ReactNode {
  return (
    <span className="mark">
      <i className={`dot tone-${tier}`} />
      {toLabel(tier)}
    </span>
  );
}
