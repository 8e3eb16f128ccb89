/** What a finished run says about itself: its facts turned into span attributes. */
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_EFFICIENCY,
  ATTR_FEATURE_EFFICIENCY_VERSION,
  ATTR_FEATURE_FILTER,
  ATTR_FEATURE_INPUT_SIZE,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_OUTPUT_SIZE,
  ATTR_FEATURE_PERFORMANCE_TIER,
  ATTR_FEATURE_STATUS,
  ATTR_FEATURE_TRAINING_PREFIX,
  ATTR_FEATURE_VERSION,
  EFFICIENCY_VERSION,
  FeatureStatus,
  TrainingLabel,
  efficiency,
  performanceTier,
} from '@heartwood/semconv';
import type { FeatureConfig } from '../settings/config.ts';
import { actorAttributes, type Actor } from '../context/context.ts';
import { errorTypeOf } from './failure.ts';
import { writeMetadata } from './metadata.ts';
import type { Feature } from './options.ts';

/** What was said about a run while it ran. */
export interface Facts {
  metadata: Record<string, unknown> | undefined;
  labels: Partial<Record<TrainingLabel, string | number | boolean>> | undefined;
  iterations?: number;
  inputBytes?: number;
  outputBytes?: number;
  efficiency?: number;
}

/** A run at its end. */
export interface Outcome {
  readonly status: FeatureStatus;
  readonly error: unknown;
  readonly durationNs: number;
  readonly facts: Facts;
  readonly actor: Actor;
  readonly feature: Feature;
  readonly config: FeatureConfig;
}

/** False for a run that the settings filter out: failures are always kept, whatever the shortest duration. */
export function isKept({ status, durationNs, config }: Outcome): boolean {
  if (isFailure(status)) return true;
  if (config.failuresOnly) return false;
  return status !== FeatureStatus.SUCCESS || durationNs >= config.minDurationS * 1e9;
}

/** All attributes that are known at the end, and `error.type` for a run that failed or ran out of time. */
export function endAttributes(outcome: Outcome): { attributes: Attributes; errorType?: string } {
  const { status, error, facts, feature, config } = outcome;
  const { options } = feature;
  const durationMs = outcome.durationNs / 1e6;
  const tier = performanceTier(durationMs, feature.tierLimitsMs);
  const iterations = facts.iterations ?? 1;
  const attributes: Attributes = {
    [ATTR_FEATURE_STATUS]: status,
    [ATTR_FEATURE_PERFORMANCE_TIER]: tier,
    [ATTR_FEATURE_ITERATIONS]: iterations,
    [ATTR_FEATURE_EFFICIENCY]:
      facts.efficiency ??
      efficiency(status, durationMs, facts.outputBytes ?? 0, iterations, feature.reference),
    [ATTR_FEATURE_EFFICIENCY_VERSION]: facts.efficiency === undefined ? EFFICIENCY_VERSION : 0,
  };
  if (facts.inputBytes !== undefined) attributes[ATTR_FEATURE_INPUT_SIZE] = facts.inputBytes;
  if (facts.outputBytes !== undefined) attributes[ATTR_FEATURE_OUTPUT_SIZE] = facts.outputBytes;
  if (options.version !== undefined) attributes[ATTR_FEATURE_VERSION] = options.version;
  if (options.component !== undefined) attributes[ATTR_FEATURE_COMPONENT] = options.component;
  if (feature.functionName !== '') attributes[ATTR_CODE_FUNCTION_NAME] = feature.functionName;
  Object.assign(attributes, actorAttributes(outcome.actor));
  const filter = filterOf(config);
  if (filter !== undefined) attributes[ATTR_FEATURE_FILTER] = filter;
  // Labels that follow from the run itself; the others only the app can know. Its word goes before ours.
  attributes[ATTR_FEATURE_TRAINING_PREFIX + TrainingLabel.OPERATION_SUCCESSFUL] =
    status === FeatureStatus.SUCCESS;
  attributes[ATTR_FEATURE_TRAINING_PREFIX + TrainingLabel.PERFORMANCE_TIER] = tier;
  for (const [label, value] of Object.entries(facts.labels ?? {})) {
    attributes[ATTR_FEATURE_TRAINING_PREFIX + label] = value;
  }
  const errorType = isFailure(status) ? errorTypeOf(error, status) : undefined;
  if (errorType !== undefined) attributes[ATTR_ERROR_TYPE] = errorType;
  if (facts.metadata !== undefined) {
    writeMetadata(attributes, facts.metadata, config.maxMetadataBytes);
  }
  return errorType === undefined ? { attributes } : { attributes, errorType };
}

function isFailure(status: FeatureStatus): boolean {
  return status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT;
}

function filterOf(config: FeatureConfig): string | undefined {
  if (config.failuresOnly) return 'failures_only';
  return config.minDurationS > 0 ? 'min_duration' : undefined;
}
