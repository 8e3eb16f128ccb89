/** The closed sets of values, as constants and as union types. */

/** What kind of work a feature is. Unknown words from outside are kept and shown as they came. */
export const FeatureCategory = {
  AI_PROVIDER: 'ai_provider',
  MCP_SERVER: 'mcp_server',
  SYSMON: 'sysmon',
  CONFIG_EDITOR: 'config_editor',
  AGENT_PLATFORM: 'agent_platform',
  WEB_INTERFACE: 'web_interface',
  TERMINAL_TOOL: 'terminal_tool',
  FILE_OPERATION: 'file_operation',
  DATABASE_OPERATION: 'database_operation',
  OTHER: 'other',
} as const;
export type FeatureCategory = (typeof FeatureCategory)[keyof typeof FeatureCategory];

/** How a run ended. Only `failed` and `timeout` set the OpenTelemetry span status ERROR. */
export const FeatureStatus = {
  SUCCESS: 'success',
  FAILED: 'failed',
  PARTIAL: 'partial',
  TIMEOUT: 'timeout',
  CANCELLED: 'cancelled',
} as const;
export type FeatureStatus = (typeof FeatureStatus)[keyof typeof FeatureStatus];

/** Statuses in the order of their number in the store: 1 is `success`; 0 means that the span is no run. */
export const FEATURE_STATUSES: readonly FeatureStatus[] = [
  FeatureStatus.SUCCESS,
  FeatureStatus.FAILED,
  FeatureStatus.PARTIAL,
  FeatureStatus.TIMEOUT,
  FeatureStatus.CANCELLED,
];

/** Duration class of a run, best first. */
export const PerformanceTier = {
  EXCELLENT: 'excellent',
  GOOD: 'good',
  ACCEPTABLE: 'acceptable',
  SLOW: 'slow',
  VERY_SLOW: 'very_slow',
} as const;
export type PerformanceTier = (typeof PerformanceTier)[keyof typeof PerformanceTier];

/** Tiers in the order of their number in the store: 1 is `excellent`; 0 means that the span is no run. */
export const PERFORMANCE_TIERS: readonly PerformanceTier[] = [
  PerformanceTier.EXCELLENT,
  PerformanceTier.GOOD,
  PerformanceTier.ACCEPTABLE,
  PerformanceTier.SLOW,
  PerformanceTier.VERY_SLOW,
];

/** What a `session.id` stands for: work on a component, a user's visit, or one run of a process. */
export const SessionKind = { WORK: 'work', VISIT: 'visit', RUN: 'run' } as const;
export type SessionKind = (typeof SessionKind)[keyof typeof SessionKind];

/** Labels that `feature.training.<label>` may carry. */
export const TrainingLabel = {
  OPERATION_SUCCESSFUL: 'operation_successful',
  PERFORMANCE_TIER: 'performance_tier',
  DATA_QUALITY: 'data_quality',
  COMPLEXITY_LEVEL: 'complexity_level',
  SYNC_EFFICIENCY: 'sync_efficiency',
  ERROR_RECOVERY: 'error_recovery',
  BATCH_OPTIMIZATION: 'batch_optimization',
} as const;
export type TrainingLabel = (typeof TrainingLabel)[keyof typeof TrainingLabel];

/** OpenTelemetry span kinds by their wire number. */
export const SpanKind = {
  UNSPECIFIED: 0,
  INTERNAL: 1,
  SERVER: 2,
  CLIENT: 3,
  PRODUCER: 4,
  CONSUMER: 5,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** OpenTelemetry span status codes by their wire number. */
export const SpanStatusCode = { UNSET: 0, OK: 1, ERROR: 2 } as const;
export type SpanStatusCode = (typeof SpanStatusCode)[keyof typeof SpanStatusCode];

/** Severities of OpenTelemetry logs, rising. Each has four numbers on the wire, the first of `trace` being 1; 0 is none. */
export const LOG_SEVERITIES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogSeverity = (typeof LOG_SEVERITIES)[number];

/** Value of `error.type` on a run that ran out of time. */
export const ERROR_TYPE_VALUE_TIMEOUT = 'timeout';
/** Value of `error.type` when the class of a failure is not known. */
export const ERROR_TYPE_VALUE_OTHER = '_OTHER';
