/** The one table of routes, a file a topic, from which the app, the typed client and the OpenAPI document are made. */
import { ACTIVITY_ROUTES } from './routes/activity.ts';
import { ADOPTION_ROUTES } from './routes/adoption.ts';
import { DEFINITION_ROUTES } from './routes/definition.ts';
import { ENTRY_ROUTES } from './routes/entry.ts';
import { ERROR_ROUTES } from './routes/error.ts';
import { EVENT_ROUTES } from './routes/event.ts';
import { EXPLAIN_ROUTES } from './routes/explain.ts';
import { FEATURE_ROUTES } from './routes/feature.ts';
import { HEALTH_ROUTES } from './routes/health.ts';
import { HEART_ROUTES } from './routes/heart.ts';
import { KPI_ROUTES } from './routes/kpi.ts';
import { FUNNEL_ROUTES } from './routes/funnel.ts';
import { LOG_ROUTES } from './routes/log.ts';
import { METRIC_ROUTES } from './routes/metric.ts';
import { OPERATION_ROUTES } from './routes/operation.ts';
import { OVERVIEW_ROUTES } from './routes/overview.ts';
import { PERFORMANCE_ROUTES } from './routes/performance.ts';
import { PATH_ROUTES } from './routes/path.ts';
import { PLAN_ROUTES } from './routes/plan.ts';
import { QUALITY_ROUTES } from './routes/quality.ts';
import { RECORD_ROUTES } from './routes/record.ts';
import { RESOURCE_ROUTES } from './routes/resource.ts';
import { RETENTION_ROUTES } from './routes/retention.ts';
import { SERVICE_ROUTES } from './routes/service.ts';
import { SESSION_ROUTES } from './routes/session.ts';
import { SUMMARY_ROUTES } from './routes/summary.ts';
import { SYSTEM_ROUTES } from './routes/system.ts';
import { TRAINING_ROUTES } from './routes/training.ts';
import { TRACE_ROUTES } from './routes/trace.ts';

/** Every route by its name; the name is the operation id of the OpenAPI document. */
export const ROUTES = {
  ...FEATURE_ROUTES,
  ...PERFORMANCE_ROUTES,
  ...RECORD_ROUTES,
  ...LOG_ROUTES,
  ...ERROR_ROUTES,
  ...OPERATION_ROUTES,
  ...SESSION_ROUTES,
  ...ENTRY_ROUTES,
  ...SUMMARY_ROUTES,
  ...TRAINING_ROUTES,
  ...TRACE_ROUTES,
  ...SERVICE_ROUTES,
  ...METRIC_ROUTES,
  ...EVENT_ROUTES,
  ...KPI_ROUTES,
  ...FUNNEL_ROUTES,
  ...RETENTION_ROUTES,
  ...PATH_ROUTES,
  ...HEART_ROUTES,
  ...ACTIVITY_ROUTES,
  ...ADOPTION_ROUTES,
  ...DEFINITION_ROUTES,
  ...QUALITY_ROUTES,
  ...PLAN_ROUTES,
  ...EXPLAIN_ROUTES,
  ...HEALTH_ROUTES,
  ...RESOURCE_ROUTES,
  ...OVERVIEW_ROUTES,
  ...SYSTEM_ROUTES,
};

/** The table as a type: what the client is typed from. */
export type Routes = typeof ROUTES;
/** Name of a route. */
export type RouteName = keyof Routes;
