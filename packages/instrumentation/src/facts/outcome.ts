/** What a finished run says about itself: its facts turned into span attributes. */
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_INPUT_SIZE,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_OUTPUT_SIZE,
  ATTR_FEATURE_TRAINING_PREFIX,
  FeatureStatus,
  efficiency,
  performanceTier,
} from '@heartwood/semconv';
import { rawUserIdOf } from '../privacy/privacy.ts';
import { withoutIds } from '../privacy/user-ids.ts';
import type { EndAttributes } from '../engine/engine.ts';
import { errorTypeOf } from './failure.ts';
import { writeMetadata } from './metadata.ts';
import { actorPhraseOf, phraseOf } from './phrases.ts';
import type { Outcome } from './facts.ts';

/** False for a run that the settings filter out: failures are always kept, whatever the shortest duration. */
export function isKept({
  status,
  durationNs,
  config,
}: Pick<Outcome, 'status' | 'durationNs' | 'config'>): boolean {
  if (isFailure(status)) return true;
  if (config.failuresOnly) return false;
  return status !== FeatureStatus.SUCCESS || durationNs >= config.minDurationS * 1e9;
}

/** All that is known at the end, and `error.type` for a run that failed or ran out of time. */
export function endAttributes(outcome: Outcome): {
  attributes: EndAttributes;
  errorType: string | undefined;
} {
  const { status, error, facts, feature } = outcome;
  const durationMs = outcome.durationNs / 1e6;
  const tier = performanceTier(durationMs, feature.tierLimitsMs);
  const iterations = facts.iterations ?? 1;
  const errorType = isFailure(status)
    ? errorTypeOf(error, status, rawUserIdOf(outcome.actor.user))
    : undefined;
  return {
    attributes: {
      phrase: phraseOf(outcome, tier),
      actor: actorPhraseOf(outcome.actor),
      efficiency:
        facts.efficiency ??
        efficiency(status, durationMs, facts.outputBytes ?? 0, iterations, feature.reference),
      own: ownAttributes(outcome, iterations, errorType),
    },
    errorType,
  };
}

/** What only this run has to say; undefined when that is nothing. */
function ownAttributes(
  { facts, config, actor }: Outcome,
  iterations: number,
  errorType: string | undefined,
): Attributes | undefined {
  let own: Attributes | undefined;
  if (iterations !== 1) (own ??= {})[ATTR_FEATURE_ITERATIONS] = iterations;
  if (facts.inputBytes !== undefined) (own ??= {})[ATTR_FEATURE_INPUT_SIZE] = facts.inputBytes;
  if (facts.outputBytes !== undefined) (own ??= {})[ATTR_FEATURE_OUTPUT_SIZE] = facts.outputBytes;
  if (facts.labels !== undefined) {
    own ??= {};
    const userId = config.anonymize ? rawUserIdOf(actor.user) : undefined;
    for (const [label, value] of Object.entries(facts.labels)) {
      // Who acts may have been said after the label.
      own[ATTR_FEATURE_TRAINING_PREFIX + label] =
        typeof value === 'string' ? withoutIds(value, userId) : value;
    }
  }
  if (errorType !== undefined) (own ??= {})[ATTR_ERROR_TYPE] = errorType;
  if (facts.metadata !== undefined) {
    own ??= {};
    writeMetadata(own, facts.metadata, config, rawUserIdOf(actor.user), true);
  }
  return own;
}

/** True for the two statuses that are errors. */
export function isFailure(status: FeatureStatus): boolean {
  return status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT;
}
