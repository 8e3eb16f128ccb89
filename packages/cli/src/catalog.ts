/** All commands by name, a file a topic; each is loaded only when it is asked for. */
import { ACTIVITY_COMMANDS } from './catalog/activity.ts';
import { ADOPTION_COMMANDS } from './catalog/adoption.ts';
import { API_COMMANDS } from './catalog/api.ts';
import { COMPLETION_COMMANDS } from './catalog/completion.ts';
import { DATABASE_ENTRY_COMMANDS } from './catalog/database-entry.ts';
import { DEBUG_COMMANDS } from './catalog/debug.ts';
import { DEFINITION_COMMANDS } from './catalog/definition.ts';
import type { Entry } from './catalog/entry.ts';
import { EVENT_COMMANDS } from './catalog/event.ts';
import { EXPLAIN_COMMANDS } from './catalog/explain.ts';
import { FEATURE_COMMANDS } from './catalog/feature.ts';
import { HEART_COMMANDS } from './catalog/heart.ts';
import { KPI_COMMANDS } from './catalog/kpi.ts';
import { FUNNEL_COMMANDS } from './catalog/funnel.ts';
import { LOG_COMMANDS } from './catalog/log.ts';
import { OPERATION_COMMANDS } from './catalog/operation.ts';
import { MONITOR_COMMANDS } from './catalog/monitor.ts';
import { PATH_COMMANDS } from './catalog/path.ts';
import { PLAN_COMMANDS } from './catalog/plan.ts';
import { QUALITY_COMMANDS } from './catalog/quality.ts';
import { RECORD_COMMANDS } from './catalog/record.ts';
import { RESOURCE_COMMANDS } from './catalog/resource.ts';
import { RETENTION_COMMANDS } from './catalog/retention.ts';
import { TRAINING_COMMANDS } from './catalog/training.ts';
import { SESSION_COMMANDS } from './catalog/session.ts';
import { SUMMARY_COMMANDS } from './catalog/summary.ts';

export const CATALOG: readonly Entry[] = [
  ...FEATURE_COMMANDS,
  ...RECORD_COMMANDS,
  ...EVENT_COMMANDS,
  ...LOG_COMMANDS,
  ...OPERATION_COMMANDS,
  ...SESSION_COMMANDS,
  ...DATABASE_ENTRY_COMMANDS,
  ...SUMMARY_COMMANDS,
  ...MONITOR_COMMANDS,
  ...RESOURCE_COMMANDS,
  ...KPI_COMMANDS,
  ...FUNNEL_COMMANDS,
  ...RETENTION_COMMANDS,
  ...PATH_COMMANDS,
  ...HEART_COMMANDS,
  ...ACTIVITY_COMMANDS,
  ...ADOPTION_COMMANDS,
  ...DEFINITION_COMMANDS,
  ...EXPLAIN_COMMANDS,
  ...API_COMMANDS,
  ...QUALITY_COMMANDS,
  ...PLAN_COMMANDS,
  ...TRAINING_COMMANDS,
  ...DEBUG_COMMANDS,
  ...COMPLETION_COMMANDS,
];
