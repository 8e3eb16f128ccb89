/** Inside the user's app: turns feature calls into spans, and never throws into the app. */
export { configure, readConfig, type FeatureConfig } from './config.ts';
export { currentFeature, withFeatureContext, type FeatureContext } from './context.ts';
export {
  isTracedFeature,
  tracedFeature,
  type AnyFunction,
  type OptionsFor,
  type Settled,
  type TracedFeature,
} from './feature.ts';
export type { Metadata } from './metadata.ts';
export type { FeatureOptions } from './options.ts';
export {
  FeatureSpanProcessor,
  type DropReason,
  type FeatureSpanProcessorOptions,
  type ProcessorStats,
} from './processor.ts';
export type {
  ReadableSpanLike,
  ResourceLike,
  ScopeLike,
  TimedEventLike,
} from './otlp/readable-span.ts';
export type { FeatureHandle, FeatureRun } from './feature-handle.ts';
export { startFeature } from './run.ts';
export { SETTINGS, type Setting, type SettingType } from './settings.ts';
export { FeatureCategory, FeatureStatus, PerformanceTier, TrainingLabel } from '@heartwood/semconv';
