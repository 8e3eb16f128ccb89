/** The trackers of earlier systems, in their words, over the same runs, sessions, events and operations. */
export {
  FeatureTracker,
  featureTracker,
  type CompletionFacts,
  type FeatureStats,
  type FeatureTracking,
  type RecordFilter,
  type StatsFilter,
  type TimeFilter,
} from './feature-tracker.ts';
export type { FeatureUsageRecord } from './usage-record.ts';
export type { ReaderOptions } from './reader.ts';
export { TrackerUnavailableError, type TrackerUnavailableCode } from '../errors.ts';
export {
  AnalyticsManager,
  type Analytics,
  type AnalyticsOptions,
  type TimelineFilter,
} from './analytics-manager.ts';
export {
  AnalyticsConfigurationError,
  AnalyticsError,
  AnalyticsSchemaError,
  EventTrackingError,
  MetricsRetrievalError,
} from './analytics-errors.ts';
export type { AnalyticsErrorCode } from '../errors.ts';
export type { EventOrigin, EventRecorder } from './app-event.ts';
export { asyncTimed, type TimedOptions } from './async-timed.ts';
export { ContentAnalyticsTracker, type Extraction } from './content-analytics-tracker.ts';
export {
  SystemPerformanceTracker,
  type SystemTrackerOptions,
} from './system-performance-tracker.ts';
export type { SystemUsage } from './system-usage.ts';
export {
  UserInteractionTracker,
  type FileView,
  type SearchQuery,
  type UserInteractionOptions,
} from './user-interaction-tracker.ts';
export {
  LOG_LEVELS,
  LogManager,
  type Logger,
  type LoggingConfig,
  type LogManagerConfig,
  type LogLevel,
} from './log-manager.ts';
export type { ActivitySummary, ComponentActivity, TrackingMetrics } from './project-report.ts';
export {
  ProjectTracker,
  type TrackingConfig,
  type TrackingStatus,
  type TrackingSummary,
} from './project-tracker.ts';
export type { DailySummary } from './daily-summary.ts';
export {
  LOG_FOLDERS,
  type DatabaseOperation,
  type LeadIdentifier,
  type LogType,
  type MigrationOperation,
  type SyncOperation,
} from './database-entry.ts';
export {
  DatabaseLogger,
  databaseLogger,
  logDatabaseEvent,
  monitorPerformance,
  type DatabaseLoggerOptions,
} from './database-logger.ts';
export { ProgressBroadcaster, progressBroadcaster, type ProgressFacts } from './progress.ts';
export { StatusTracker, type StatusSummary, type StatusTrackerOptions } from './status-tracker.ts';
export { TrackingPlanManager } from './tracking-plan-manager.ts';
