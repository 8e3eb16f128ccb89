/** What is known of a run at its end. */
import type { FeatureStatus, TrainingLabel } from '@heartwood/semconv';
import type { FeatureConfig } from '../settings/config.ts';
import type { Actor } from '../context/context.ts';
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
