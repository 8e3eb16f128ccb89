/** Inside the user's app: turns feature calls into spans, and never throws into the app. */
export { configure, readConfig, type FeatureConfig } from './settings/config.ts';
export { currentFeature, withFeatureContext, type FeatureContext } from './context/context.ts';
export { type UserId } from './context/user-id.ts';
export { FeatureClass, type FeatureClassDecorator } from './wrap/class-decorator.ts';
export {
  Feature,
  type FeatureDecoration,
  type FeatureDecorator,
} from './wrap/feature-decorator.ts';
export { isTracedFeature, type AnyFunction } from './wrap/likeness.ts';
export {
  tracedFeature,
  type OptionsFor,
  type Settled,
  type TracedFeature,
} from './wrap/traced-feature.ts';
export type { MembersOptions } from './wrap/traced-members.ts';
export type { StreamOption, WrapOptions } from './wrap/wrap-options.ts';
export { type LabelValue } from './facts/labels.ts';
export type { Metadata } from './facts/metadata.ts';
export type { FeatureOptions } from './facts/options.ts';
export {
  FeatureSpanProcessor,
  type FeatureSpanProcessorOptions,
  type ProcessorStats,
} from './delivery/processor.ts';
export type { FlushResult } from './delivery/delivery.ts';
export type { DropReason } from './delivery/ledger.ts';
export type { OutletStats } from './delivery/ports.ts';
export type {
  ReadableSpanLike,
  ResourceLike,
  ScopeLike,
  TimedEventLike,
} from './otlp/readable-span.ts';
export type { FeatureHandle, FeatureRun } from './run/feature-run.ts';
export { troubles, type Trouble } from './host/report.ts';
export { resumeFeature } from './run/resume-feature.ts';
export { startFeature } from './run/run.ts';
export { TrackingError, type TrackingErrorCode } from './errors.ts';
export { startSession, withSession } from './work/session.ts';
export type { SessionOptions, SessionStatus, WorkSession } from './work/work-session.ts';
export { sessionHistory } from './work/session-history.ts';
export { SESSION_MOVES, type SessionMove, type SessionState } from './work/session-states.ts';
export { startOperation } from './work/operation.ts';
export {
  type Operation,
  type OperationOptions,
  type OperationProgress,
} from './work/operation-handle.ts';
export type { OperationEvent, OperationState, OperationView } from './work/operation-view.ts';
export { onOperation } from './work/subscribers.ts';
export { trackEvent } from './work/event.ts';
export { feedback, type Feedback } from './work/feedback.ts';
export type { EventValidator } from './work/app-plan.ts';
export { setTrackingPlan } from './work/plan-check.ts';
export { SETTINGS } from './settings/table.ts';
export { type Setting, type SettingType } from './settings/setting.ts';
export {
  FeatureCategory,
  FeatureStatus,
  type OperationEventKind,
  PerformanceTier,
  TRAINING_LABELS,
  TrainingLabel,
} from '@heartwood/semconv';
