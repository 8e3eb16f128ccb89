/** What is good and what is bad, as colours say it. */
import { FeatureStatus, PerformanceTier } from '@heartwood/semconv';
import type { Tone } from './style.ts';

/** Of a success rate: from 99 % good, from 95 % middling. */
export function toneOfShare(share: number | null): Tone | undefined {
  if (share === null) return undefined;
  if (share >= 0.99) return 'good';
  return share >= 0.95 ? 'middling' : 'bad';
}

/** Of how a run ended. */
export function toneOfStatus(status: FeatureStatus): Tone {
  switch (status) {
    case FeatureStatus.SUCCESS: {
      return 'good';
    }
    case FeatureStatus.FAILED:
    case FeatureStatus.TIMEOUT: {
      return 'bad';
    }
    case FeatureStatus.PARTIAL:
    case FeatureStatus.CANCELLED: {
      return 'middling';
    }
    default: {
      return status satisfies never;
    }
  }
}

/** Of a duration class. */
export function toneOfTier(tier: PerformanceTier | null): Tone | undefined {
  if (tier === null || tier === PerformanceTier.ACCEPTABLE) return undefined;
  if (tier === PerformanceTier.EXCELLENT || tier === PerformanceTier.GOOD) return 'good';
  return tier === PerformanceTier.SLOW ? 'middling' : 'bad';
}
