/** The words: every attribute, value, event and error name this system may write or read. */
export {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_ERROR_TYPE,
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_EVENT_NAME,
  ATTR_EVENT_SCHEMA_VERSION,
  ATTR_FEATURE_ACTIVE_DURATION,
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_EFFICIENCY,
  ATTR_FEATURE_EFFICIENCY_VERSION,
  ATTR_FEATURE_FEEDBACK_COMMENT,
  ATTR_FEATURE_FEEDBACK_SCALE,
  ATTR_FEATURE_FEEDBACK_SCORE,
  ATTR_FEATURE_FILTER,
  ATTR_FEATURE_INPUT_SIZE,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_LINK_TYPE,
  ATTR_FEATURE_METADATA_PREFIX,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_OPERATION_BLOCKED,
  ATTR_FEATURE_OPERATION_CURRENT,
  ATTR_FEATURE_OPERATION_DESCRIPTION,
  ATTR_FEATURE_OPERATION_DURATION,
  ATTR_FEATURE_OPERATION_HEARTBEAT_INTERVAL,
  ATTR_FEATURE_OPERATION_ID,
  ATTR_FEATURE_OPERATION_MESSAGE,
  ATTR_FEATURE_OPERATION_PARENT_ID,
  ATTR_FEATURE_OPERATION_SEQUENCE,
  ATTR_FEATURE_OPERATION_TOTAL,
  ATTR_FEATURE_OPERATION_UNIT,
  ATTR_FEATURE_OUTPUT_SIZE,
  ATTR_FEATURE_PAUSED_DURATION,
  ATTR_FEATURE_PAUSE_COUNT,
  ATTR_FEATURE_PERFORMANCE_TIER,
  ATTR_FEATURE_PROGRESS,
  ATTR_FEATURE_REASON,
  ATTR_FEATURE_RUN_ID,
  ATTR_FEATURE_SEGMENT_INDEX,
  ATTR_FEATURE_STATUS,
  ATTR_FEATURE_TRAINING_PREFIX,
  ATTR_FEATURE_TRUNCATED,
  ATTR_FEATURE_VERSION,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_HOST_NAME,
  ATTR_HTTP_METHOD,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_HTTP_STATUS_CODE,
  ATTR_MCP_METHOD_NAME,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_DESTINATION_TEMPLATE,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_OTEL_COMPONENT_NAME,
  ATTR_OTEL_COMPONENT_TYPE,
  ATTR_PROCESS_PID,
  ATTR_RPC_METHOD,
  ATTR_RPC_SERVICE,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
  ATTR_SERVICE_VERSION,
  ATTR_SESSION_ID,
  ATTR_SESSION_KIND,
  ATTR_SESSION_PREVIOUS_ID,
  ATTR_USER_HASH,
  ATTR_USER_ID,
} from './attributes.ts';
export {
  DEFAULT_EFFICIENCY_REFERENCE,
  EFFICIENCY_VERSION,
  efficiency,
  type EfficiencyReference,
} from './efficiency.ts';
export {
  CodedError,
  defineErrors,
  isRetryable,
  type ErrorEntry,
  type MakeError,
} from './errors.ts';
export { INTERVALS, type Interval } from './interval.ts';
export { toNested } from './nested.ts';
export { checkComponentName, checkEventName, checkEventState, type NameProblem } from './naming.ts';
export {
  OPERATION_EVENTS,
  operationEventKind,
  type OperationEventKind,
  type OperationFacts,
  readOperationFacts,
} from './operation-event.ts';
export type { PlanDocument, PlanFindings } from './plan.ts';
export type { PlanDecision } from './plan/decide.ts';
export type { EventDiff, PlanDiff } from './plan/diff.ts';
export type { EventProfile, PlanDraft, PropertyProfile } from './plan/infer.ts';
export type { LintKnowledge, PlanLint, PlanLintRule } from './plan/lint.ts';
export { PLAN_MODES, type PlanMode, type PlanModes } from './plan/mode.ts';
export { createPattern, type Pattern } from './plan/pattern.ts';
export type { ReadTable, TableProblem } from './plan/plan-table.ts';
export type { PlannedEvent } from './plan/planned-event.ts';
export type { Schema, SchemaNode, SchemaType } from './plan/schema.ts';
export type { ParsedPlan, PlanNaming, PlanProblem, TrackingPlan } from './plan/tracking-plan.ts';
export type { SchemaChange } from './plan/schema-diff.ts';
export type { VersionBump } from './plan/schema-version.ts';
export type { TableFormat } from './plan/table-text.ts';
export type { TypeScriptOptions } from './plan/typescript.ts';
export type { ValidateOptions } from './plan/validate.ts';
export { VIOLATION_TYPES, type Violation, type ViolationType } from './plan/violation.ts';
export {
  progressEtaS,
  progressFraction,
  ProgressRate,
  type ProgressCount,
  totalIsEstimate,
} from './progress.ts';
export {
  DELIVERY_METRICS,
  EVENT_FEATURE_FEEDBACK,
  EVENT_FEATURE_OPERATION_END,
  EVENT_FEATURE_OPERATION_HEARTBEAT,
  EVENT_FEATURE_OPERATION_PROGRESS,
  EVENT_FEATURE_OPERATION_START,
  EVENT_FEATURE_PAUSED,
  EVENT_FEATURE_RESUMED,
  EVENT_FEATURE_VIEWED,
  EVENT_SESSION_END,
  EVENT_SESSION_START,
  isOwnEvent,
  METRIC_FEATURE_ACTIVE,
  METRIC_FEATURE_DURATION,
  SDK_EVENTS,
} from './signals.ts';
export {
  ATTR_CPU_MODE,
  ATTR_HEARTWOOD_CHECK,
  ATTR_HEARTWOOD_HEALTH,
  ATTR_HEARTWOOD_FILE,
  ATTR_HEARTWOOD_MARK,
  ATTR_HEARTWOOD_OUTCOME,
  ATTR_HEARTWOOD_REASON,
  ATTR_HEARTWOOD_SIGNAL,
  ATTR_HEARTWOOD_SOURCE,
  type MetricDefinition,
  type MetricKind,
  SELF_METRICS,
  SELF_SERVICE,
} from './self-metrics.ts';
export {
  HOST_CORE_KEYS,
  HOST_METRICS,
  HOST_STATE_KEYS,
  REPORTED_RESOURCE_KEYS,
  type HostMetricRole,
} from './host-metrics.ts';
export { APP_SETTING_NAMES, SERVER_SETTING_NAMES } from './setting-names.ts';
export {
  DEFAULT_TIER_LIMITS_MS,
  TIER_VERSION,
  performanceTier,
  type TierLimitsMs,
} from './tier.ts';
export {
  ERROR_TYPE_VALUE_OTHER,
  ERROR_TYPE_VALUE_TIMEOUT,
  FEATURE_STATUSES,
  FeatureCategory,
  FeatureStatus,
  LOG_SEVERITIES,
  type LogSeverity,
  PERFORMANCE_TIERS,
  PerformanceTier,
  SessionKind,
  SpanKind,
  SpanStatusCode,
  TrainingLabel,
} from './values.ts';
export { EFFICIENT_FROM, type LabelRule, TRAINING_LABELS } from './training-rules.ts';
