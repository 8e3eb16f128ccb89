/** The performance tier of a run: the duration classes and their default limits. */
import { PERFORMANCE_TIERS, PerformanceTier } from './values.ts';

/** Version of the default limits. */
export const TIER_VERSION = 1;

/** Upper limits in milliseconds, exclusive, of excellent, good, acceptable and slow, ascending. */
export type TierLimitsMs = readonly [number, number, number, number];

export const DEFAULT_TIER_LIMITS_MS: TierLimitsMs = [200, 500, 1000, 5000];

/** Tier of a duration: the first limit that it stays below; `very_slow` beyond all of them. */
export function performanceTier(
  durationMs: number,
  limitsMs: TierLimitsMs = DEFAULT_TIER_LIMITS_MS,
): PerformanceTier {
  const index = limitsMs.findIndex((limit) => durationMs < limit);
  return (index < 0 ? undefined : PERFORMANCE_TIERS[index]) ?? PerformanceTier.VERY_SLOW;
}
