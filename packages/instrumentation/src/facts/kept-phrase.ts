/** A phrase of a feature. */
import type { FeatureStatus, PerformanceTier } from '@heartwood/semconv';
import type { Phrase } from '../engine/phrase.ts';

/** A phrase of a feature and what it stands for. */
export interface KeptPhrase extends Phrase {
  readonly status: FeatureStatus;
  readonly tier: PerformanceTier;
  readonly variant: number;
  readonly filter: string | undefined;
}
