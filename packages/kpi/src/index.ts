/** Says what the numbers mean: questions about runs, services and traces as functions over a reader. */
export { readAdoption, type AdoptionDay, type AdoptionDetail } from './adoption.ts';
export { type AdoptionNumbers } from './adoption-report.ts';
export { readAdoptions } from './adoption-table.ts';
export {
  explainWindow,
  toCommand,
  toFilters,
  toRan,
  type Analytic,
  type Explain,
  type Sampling,
} from './analytic.ts';
export {
  readCount,
  readCountMembers,
  type CountPoint,
  type CountReport,
  type CountRequest,
  type CountSeries,
} from './count.ts';
export { DefinitionError } from './definition/definition-error.ts';
export { type DefinitionText } from './definition/file.ts';
export type {
  DefinitionSet,
  DefinitionState,
  GoalDefinition,
  KpiDefinition,
  KpiTarget,
  Loaded,
  MeasureDefinition,
} from './definition/kinds.ts';
export type { Place, Problem, ProblemCode } from './definition/problem.ts';
export { definitionsSchema } from './definition/json-schema.ts';
export { findUnrevised } from './definition/revision.ts';
export { createEmptySet, parseDefinitions } from './definition/set.ts';
export { type ActivityRequest } from './activity.ts';
export { readActivityMembers, type ActivityNumber } from './activity-members.ts';
export { readAdoptionMembers } from './adoption-members.ts';
export { readUsageMembers } from './usage-members.ts';
export { readFrequency } from './frequency.ts';
export { readLifecycle } from './lifecycle.ts';
export {
  findRetention,
  parseRetention,
  readRetentionDetail,
  readRetentionMemberPage,
  toRetentionRange,
  type RetentionDetail,
} from './retention-report.ts';
export { describeRetention } from './retention-rule.ts';
export { draftPlan } from './plan/plan-draft.ts';
export { checkPlanEvent } from './plan/plan-event.ts';
export { lintPlanFiles, readPlan } from './plan/plan-files.ts';
export { importPlan, writeDocument, writePlan } from './plan/plan-text.ts';
export { readViolations } from './plan/plan-violations.ts';
export { OperationBoard } from './operation/board.ts';
export { readOperationEvents } from './operation/operation-events.ts';
export { readOperation, readOperations } from './operation/operations.ts';
export { createStoredSource } from './operation/stored-source.ts';
export { readQuality } from './quality/latest.ts';
export { QualityRuns } from './quality/runs.ts';
export { readStickiness } from './stickiness.ts';
export { readBatches } from './entry/batches.ts';
export { readDuplicates } from './entry/duplicates.ts';
export { ENTRY_TYPES, readEntries } from './entry/entry.ts';
export { ERROR_CATEGORIES, type ErrorCategory } from './error/categories.ts';
export { readError, readErrorGroups, readErrorParts, type ErrorFilter } from './error/groups.ts';
export { ErrorIndex } from './error/index-runner.ts';
export { readErrorSummary } from './error/summary.ts';
export { QuestionError, type QuestionErrorCode } from './errors.ts';
export { readEvents, type EventNumbers, type EventTableOptions } from './event.ts';
export { readFeedback, type FeedbackNumbers, type FeedbackScale } from './feedback.ts';
export {
  readFeatures,
  type FeatureNumbers,
  type FeatureOrder,
  type FeatureTable,
  type FeatureTableOptions,
} from './feature.ts';
export {
  readFeature,
  type FeatureReport,
  type FeatureReportOptions,
  type Share,
} from './feature-detail.ts';
export {
  findFunnel,
  parseFunnel,
  readFunnelDetail,
  readFunnelMemberPage,
  type FunnelDetail,
} from './funnel-report.ts';
export { describeFunnel } from './funnel-rule.ts';
export {
  HEALTH_GROUPS,
  HEALTH_RESULTS,
  type HealthResult,
  type HealthRow,
} from './health/check.ts';
export {
  createUnknownFacts,
  type ArchiveFacts,
  type BackupFacts,
  type DiskFacts,
  type Fact,
  type HealthFacts,
  type LoopFacts,
  type PermissionFacts,
  type ReceiverFacts,
  type SettingFacts,
  type Timings,
} from './health/facts.ts';
export {
  createUnknownDiagnosis,
  judgeDiagnosis,
  type DiagnosisFacts,
  type DiagnosisTest,
} from './health/diagnosis.ts';
export { chooseChecks, judgeHealth } from './health/report.ts';
export {
  readArchiveList,
  readArrivalFact,
  readClockFacts,
  readDatabaseFact,
  readPings,
  readPlanFacts,
  readScan,
  readSessionFacts,
  readTroubleFacts,
  toDefinitionFacts,
} from './health/stored-facts.ts';
export { describeHeart, findHeart, readHeart, readHeartMembers } from './heart.ts';
export { type HistogramBin } from './histogram.ts';
export { msToInstant, nsToInstant, sayInstant } from './instant.ts';
export { INTERVAL_MS, createGrid, type Bucket, type Grid, type Interval } from './interval.ts';
export { readKpiMembers } from './kpi-members.ts';
export { readKpis, type KpiFilter, type KpiTable } from './kpi.ts';
export { explainKpis } from './kpi-explain.ts';
export { checkKpiReach } from './kpi-reach.ts';
export { type KpiPartReport, type KpiReport } from './kpi-report.ts';
export { KPI_STATUSES, type KpiStatus } from './kpi-status.ts';
export {
  readKpi,
  type KpiDetail,
  type KpiDetailOptions,
  type KpiGroup,
  type KpiPoint,
  type KpiSeries,
} from './kpi-trend.ts';
export { readLogs, readLogsAsOtlp, type LogPage, type LogReport } from './log.ts';
export { checkContextSize, readLogContext, type LogContextRow } from './log-context.ts';
export { type LogFilter } from './log-filter.ts';
export { readLogHistogram, type LogBucket, type LogHistogram } from './log-histogram.ts';
export { readLogRecord } from './log-record.ts';
export { type LogOrder, type LogSearchOptions } from './log-search.ts';
export { checkLogFilter, readLogReach, readLogTail, type LogTail } from './log-tail.ts';
export { readFeatureResources } from './resource/feature.ts';
export { readResources } from './resource/series.ts';
export { readPathMembers, readPaths } from './paths.ts';
export {
  readRecords,
  type RecordFilter,
  type RecordPageOptions,
  type RunRecord,
} from './record.ts';
export { type RunFilter, type RunNumbers } from './run.ts';
export {
  readMetricPoints,
  readMetrics,
  type MetricListOptions,
  type MetricPointReport,
  type MetricPointsOptions,
  type MetricSummary,
} from './metric.ts';
export { readPerformance } from './performance.ts';
export { readSession } from './session/detail.ts';
export { readSessionReport } from './session/report.ts';
export { toJunit, toMarkdown } from './session/report-text.ts';
export { readSessions, SESSION_STATES } from './session/session.ts';
export { readSessionSummary } from './session/summary.ts';
export { readSlowness, readSlownessMembers, type SlownessRequest } from './slowness.ts';
export { readSummaries, Summaries } from './summary/summaries.ts';
export { readServices, type ServiceNumbers, type ServiceTableOptions } from './service.ts';
export { suggest } from './suggestion.ts';
export { exportTraining, pickColumns, rulesOf } from './training/export.ts';
export { readStoreState, type StoreState } from './system.ts';
export { parseTimeZone, type TimeZone, WEEK_STARTS, type WeekStart } from './time-zone.ts';
export {
  readTrace,
  readTraces,
  type SpanReport,
  type TraceListOptions,
  type TraceReport,
  type TraceSummary,
} from './trace.ts';
export {
  readTotals,
  readUsage,
  type Totals,
  type Usage,
  type UsageOptions,
  type UsagePoint,
  type UsageSeries,
  type UsageSplit,
} from './usage.ts';
export {
  isComplete,
  parseDuration,
  parseTime,
  parseWindow,
  toWatermark,
  type Window,
  type WindowText,
} from './window.ts';
