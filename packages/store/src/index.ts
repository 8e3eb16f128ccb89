/** Owns the data: the tables, every SQL text, and the engines that run them. */
export type {
  ActivityCell,
  ActivityMeasure,
  ActivityPart,
  ActivityQuestion,
  ActivityRow,
} from './analytics/activity-question.ts';
export type {
  AdoptionCell,
  AdoptionPart,
  AdoptionQuestion,
  AdoptionRow,
} from './analytics/adoption-question.ts';
export { MANIFEST_FILE } from './backup-manifest.ts';
export type { ColumnName, Condition, Property, Scalar } from './analytics/condition.ts';
export type { FeedbackCell, FeedbackQuestion, FeedbackRow } from './analytics/feedback-question.ts';
export type {
  FunnelCell,
  FunnelExclusion,
  FunnelQuestion,
  FunnelRow,
} from './analytics/funnel-question.ts';
export type { PathCell, PathQuestion, PathRow, PathStep } from './analytics/path-question.ts';
export type {
  Aggregate,
  Answer,
  CountCell,
  CountQuestion,
  CountRow,
  EligibleFacts,
  Measure,
  MemberRow,
  Question,
  RowOfQuestion,
} from './analytics/question.ts';
export type { EligibleEvents, Group, Output } from './analytics/eligible-events.ts';
export type { ProfileQuestion, ProfileRow, ProfileType } from './analytics/profile-question.ts';
export type {
  SilenceQuestion,
  SilenceRow,
  Trouble,
  TroubleQuestion,
  TroubleRow,
  VolumeQuestion,
  VolumeRow,
  WeekSlots,
} from './analytics/quality-question.ts';
export type {
  RetentionCell,
  RetentionCriterion,
  RetentionQuestion,
  RetentionRow,
} from './analytics/retention-question.ts';
export type { EventSelector } from './analytics/selector.ts';
export type { RegressionQuestion, RegressionRow } from './analytics/regression-question.ts';
export type {
  SlownessCell,
  SlownessOutcome,
  SlownessQuestion,
  SlownessRow,
  SlownessSide,
} from './analytics/slowness-question.ts';
export type { Slots, Unit } from './analytics/unit.ts';
export type { StoreJob } from './job.ts';
export { openLock, type Lock } from './lock.ts';
export { DATABASE_FILE, openStore, type StoreOptions } from './open.ts';
export type { ParamKind, QueryDefinition, RowKind } from './query.ts';
export type { KeptResult, QualityRun } from './quality-run.ts';
export type { QueryName, QueryParams, QueryRow } from './queries.ts';
export type {
  ExportedFile,
  Exporter,
  ExportForm,
  LandedRequest,
  RanStatement,
  Reader,
  ReadOptions,
  ResumeState,
  Sink,
  Store,
} from './store.ts';
export type { StoredLiveOperation, StoredOperation } from './stored-operation.ts';
export type { StorageUse, UpkeepOptions, UpkeepReport } from './upkeep.ts';
