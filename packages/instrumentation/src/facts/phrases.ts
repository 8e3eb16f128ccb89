/** The phrases of runs: which attributes repeat, made once for each outcome of a feature and once for each actor. */
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_EFFICIENCY_VERSION,
  ATTR_FEATURE_FILTER,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_PERFORMANCE_TIER,
  ATTR_FEATURE_STATUS,
  ATTR_FEATURE_TRAINING_PREFIX,
  ATTR_FEATURE_VERSION,
  EFFICIENCY_VERSION,
  FeatureStatus,
  TrainingLabel,
  type PerformanceTier,
} from '@heartwood/semconv';
import { actorAttributes, type Actor } from '../context/context.ts';
import type { ActorPhrase, Phrase } from '../engine/phrase.ts';
import type { FeatureConfig } from '../settings/config.ts';
import type { Feature } from './options.ts';
import type { Outcome } from './facts.ts';
import type { KeptPhrase } from './kept-phrase.ts';

/** The phrase for an outcome: the same object for each run that ends alike. */
export function phraseOf(outcome: Outcome, tier: PerformanceTier): Phrase {
  const { status, feature, config } = outcome;
  const variant = variantOf(outcome);
  const filter = filterOf(config);
  for (const kept of feature.phrases) {
    if (
      kept.status === status &&
      kept.tier === tier &&
      kept.variant === variant &&
      kept.filter === filter
    ) {
      return kept;
    }
  }
  const phrase = createPhrase(feature, status, tier, variant, filter);
  if (feature.phrases.length < MOST_PHRASES) feature.phrases.push(phrase);
  return phrase;
}

/** The attributes of an actor: the same object for each run of one actor. */
export function actorPhraseOf(actor: Actor): ActorPhrase {
  // Runs that follow each other mostly have one actor: a comparison instead of a look-up.
  if (actor === lastActor) return lastPhrase;
  let phrase = actorPhrases.get(actor);
  if (phrase === undefined) {
    phrase = { attributes: actorAttributes(actor) };
    actorPhrases.set(actor, phrase);
  }
  lastActor = actor;
  lastPhrase = phrase;
  return phrase;
}

const actorPhrases = new WeakMap<Actor, ActorPhrase>();
let lastActor: Actor | undefined;
let lastPhrase: ActorPhrase = { attributes: {} };

// 5 statuses, 5 tiers and the variants make more than any feature has.
const MOST_PHRASES = 64;

const OWN_ITERATIONS = 1;
const OWN_EFFICIENCY = 2;
const OWN_SUCCESS_LABEL = 4;
const OWN_TIER_LABEL = 8;

/** What a run says itself is not said by its phrase, so that no key is written twice. */
function variantOf({ facts: { iterations, efficiency, labels } }: Outcome): number {
  let variant = 0;
  if ((iterations ?? 1) !== 1) variant |= OWN_ITERATIONS;
  if (efficiency !== undefined) variant |= OWN_EFFICIENCY;
  if (labels !== undefined) {
    // The word of the app goes before ours.
    if (Object.hasOwn(labels, TrainingLabel.OPERATION_SUCCESSFUL)) variant |= OWN_SUCCESS_LABEL;
    if (Object.hasOwn(labels, TrainingLabel.PERFORMANCE_TIER)) variant |= OWN_TIER_LABEL;
  }
  return variant;
}

function createPhrase(
  feature: Feature,
  status: FeatureStatus,
  tier: PerformanceTier,
  variant: number,
  filter: string | undefined,
): KeptPhrase {
  const { options, functionName, name, kind, startAttributes } = feature;
  const end: Attributes = { [ATTR_FEATURE_STATUS]: status, [ATTR_FEATURE_PERFORMANCE_TIER]: tier };
  if ((variant & OWN_ITERATIONS) === 0) end[ATTR_FEATURE_ITERATIONS] = 1;
  end[ATTR_FEATURE_EFFICIENCY_VERSION] = (variant & OWN_EFFICIENCY) === 0 ? EFFICIENCY_VERSION : 0;
  if (options.version !== undefined) end[ATTR_FEATURE_VERSION] = options.version;
  if (options.component !== undefined) end[ATTR_FEATURE_COMPONENT] = options.component;
  if (functionName !== '') end[ATTR_CODE_FUNCTION_NAME] = functionName;
  if (filter !== undefined) end[ATTR_FEATURE_FILTER] = filter;
  // Labels that follow from the run itself; the others only the app can know.
  if ((variant & OWN_SUCCESS_LABEL) === 0) {
    end[ATTR_FEATURE_TRAINING_PREFIX + TrainingLabel.OPERATION_SUCCESSFUL] =
      status === FeatureStatus.SUCCESS;
  }
  if ((variant & OWN_TIER_LABEL) === 0) {
    end[ATTR_FEATURE_TRAINING_PREFIX + TrainingLabel.PERFORMANCE_TIER] = tier;
  }
  return {
    name,
    kind,
    begin: startAttributes,
    end,
    overlaps: Object.keys(options.attributes ?? {}).some((key) => OUR_NAMESPACES.test(key)),
    status,
    tier,
    variant,
    filter,
  };
}

/** Namespaces that the end of a run writes into. */
const OUR_NAMESPACES = /^(feature|session|user|error|code)\./;

/** What the settings filter by; runs that are kept say so, because rates over them mean nothing. */
export function filterOf(config: FeatureConfig): string | undefined {
  if (config.failuresOnly) return 'failures_only';
  return config.minDurationS > 0 ? 'min_duration' : undefined;
}
