/** Version of the decoders of all signals, with what the tracking plan keeps out. */
import { createHash } from 'node:crypto';
import type { TrackingPlan } from '@heartwood/semconv';
import { blockingRules } from '@heartwood/semconv/plan';

/**
 * Counts up whenever the same bytes become more or fewer rows than before, or rows in another order: a request that an
 * older version has landed in part is then taken back and landed whole. At most 2^31 - 1.
 */
const VERSION = 1;

/** Version of the decoders with this plan: 32 bits, the top one set where the plan keeps anything out. */
export function decoderVersion(plan: TrackingPlan | null): number {
  const rules = plan === null ? '' : blockingRules(plan);
  if (rules === '') return VERSION;
  const digest = createHash('sha256').update(`${VERSION} ${rules}`).digest();
  return (digest.readUInt32LE() | TOP_BIT) >>> 0;
}

const TOP_BIT = 1 << 31;
