/** The one table of routes from which the app, the typed client and the OpenAPI document are made. */
import { z } from 'zod';
import { Meta, answerOf, listOf } from './answer.ts';
import {
  FeatureDetail,
  FeatureDetailMeta,
  FeatureListMeta,
  FeatureListQuery,
  FeatureParams,
  FeatureQuery,
  FeatureRow,
  RunTotals,
  StatsQuery,
} from './feature.ts';
import { LogListMeta, LogListQuery, LogRow } from './log.ts';
import { MetricListQuery, MetricPointRow, MetricPointsQuery, MetricRow } from './metric.ts';
import { RecordListMeta, RecordListQuery, RecordRow } from './record.ts';
import { ServiceListQuery, ServiceRow } from './service.ts';
import { Health, NoParams, NoQuery, Readiness, SystemState } from './system.ts';
import {
  TraceDetail,
  TraceListQuery,
  TraceMeta,
  TraceParams,
  TraceQuery,
  TraceRow,
} from './trace.ts';
import { UsageMeta, UsageQuery, UsageSeries } from './usage.ts';

/** Who may call: anybody, holders of the read token, holders of the admin token. */
export type Scope = 'open' | 'read' | 'admin';

/** One line of the table. */
export interface Route<
  Path extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: 'get';
  /** With `{name}` for parts that vary. */
  readonly path: Path;
  readonly tag: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly params: Params;
  readonly query: Query;
  readonly answer: Answer;
  /** Media type of the answer; `application/json` when absent. */
  readonly produces?: 'text/html' | 'text/plain; version=0.0.4; charset=utf-8';
  /** Codes that this route may answer besides those of every route. */
  readonly errors: readonly string[];
}

function defineRoute<
  const Path extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Answer extends z.ZodType,
>(route: Route<Path, Params, Query, Answer>): Route<Path, Params, Query, Answer> {
  return route;
}

const NAME_ERRORS = ['CATEGORY_UNKNOWN', 'COMPONENT_UNKNOWN', 'SERVICE_UNKNOWN'];

const features = listOf(FeatureRow, FeatureListMeta);
const feature = answerOf(FeatureDetail, FeatureDetailMeta);
const usage = listOf(UsageSeries, UsageMeta);
const records = listOf(RecordRow, RecordListMeta);

/** Every route by its name; the name is the operation id of the OpenAPI document. */
export const ROUTES = {
  listFeatures: defineRoute({
    method: 'get',
    path: '/api/v1/features',
    tag: 'features',
    summary: 'Features with their numbers in a range.',
    scope: 'read',
    params: NoParams,
    query: FeatureListQuery,
    answer: features,
    errors: NAME_ERRORS,
  }),
  readFeature: defineRoute({
    method: 'get',
    path: '/api/v1/features/{name}',
    tag: 'features',
    summary: 'Everything about one feature in a range.',
    scope: 'read',
    params: FeatureParams,
    query: FeatureQuery,
    answer: feature,
    errors: ['FEATURE_UNKNOWN', ...NAME_ERRORS],
  }),
  readUsage: defineRoute({
    method: 'get',
    path: '/api/v1/usage',
    tag: 'features',
    summary: 'Runs per bucket of time, in one series or split.',
    scope: 'read',
    params: NoParams,
    query: UsageQuery,
    answer: usage,
    errors: ['FEATURE_UNKNOWN', ...NAME_ERRORS],
  }),
  listRecords: defineRoute({
    method: 'get',
    path: '/api/v1/records',
    tag: 'records',
    summary: 'Single runs in the order of their arrival, newest first.',
    scope: 'read',
    params: NoParams,
    query: RecordListQuery,
    answer: records,
    errors: [
      'FEATURE_UNKNOWN',
      ...NAME_ERRORS,
      'USER_UNKNOWN',
      'SESSION_UNKNOWN',
      'ERROR_TYPE_UNKNOWN',
    ],
  }),
  listLogs: defineRoute({
    method: 'get',
    path: '/api/v1/logs',
    tag: 'logs',
    summary: 'Log records and events in the order of their arrival, newest first.',
    scope: 'read',
    params: NoParams,
    query: LogListQuery,
    answer: listOf(LogRow, LogListMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  listTraces: defineRoute({
    method: 'get',
    path: '/api/v1/traces',
    tag: 'traces',
    summary: 'Traces with a span in the range, latest first.',
    scope: 'read',
    params: NoParams,
    query: TraceListQuery,
    answer: listOf(TraceRow, Meta),
    errors: ['FEATURE_UNKNOWN', 'SERVICE_UNKNOWN'],
  }),
  readTrace: defineRoute({
    method: 'get',
    path: '/api/v1/traces/{traceId}',
    tag: 'traces',
    summary: 'One trace with every span and all that is stored of it.',
    scope: 'read',
    params: TraceParams,
    query: TraceQuery,
    answer: answerOf(TraceDetail, TraceMeta),
    errors: ['TRACE_UNKNOWN'],
  }),
  listServices: defineRoute({
    method: 'get',
    path: '/api/v1/services',
    tag: 'services',
    summary: 'Services with their spans, errors and latencies in a range.',
    scope: 'read',
    params: NoParams,
    query: ServiceListQuery,
    answer: listOf(ServiceRow, Meta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  listMetrics: defineRoute({
    method: 'get',
    path: '/api/v1/metrics',
    tag: 'metrics',
    summary: 'Metrics with data points in a range, by name.',
    scope: 'read',
    params: NoParams,
    query: MetricListQuery,
    answer: listOf(MetricRow, Meta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  listMetricPoints: defineRoute({
    method: 'get',
    path: '/api/v1/metrics/points',
    tag: 'metrics',
    summary: 'Data points of one metric, latest first.',
    scope: 'read',
    params: NoParams,
    query: MetricPointsQuery,
    answer: listOf(MetricPointRow, Meta),
    errors: ['METRIC_UNKNOWN', 'SERVICE_UNKNOWN'],
  }),
  readSystem: defineRoute({
    method: 'get',
    path: '/api/v1/system',
    tag: 'system',
    summary: 'What the process holds and has received.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: z.object({ data: SystemState }),
    errors: [],
  }),
  readMetrics: defineRoute({
    method: 'get',
    path: '/metrics',
    tag: 'system',
    summary: 'What the process tells of itself, for Prometheus.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: z.string(),
    produces: 'text/plain; version=0.0.4; charset=utf-8',
    errors: [],
  }),
  readStats: defineRoute({
    method: 'get',
    path: '/api/stats',
    tag: 'overview',
    summary: 'The numbers of all runs in a range together.',
    scope: 'read',
    params: NoParams,
    query: StatsQuery,
    answer: answerOf(RunTotals, Meta),
    errors: NAME_ERRORS,
  }),
  readChartData: defineRoute({
    method: 'get',
    path: '/api/chart-data',
    tag: 'overview',
    summary: 'The same as /api/v1/usage.',
    scope: 'read',
    params: NoParams,
    query: UsageQuery,
    answer: usage,
    errors: ['FEATURE_UNKNOWN', ...NAME_ERRORS],
  }),
  listRecentCalls: defineRoute({
    method: 'get',
    path: '/api/recent-calls',
    tag: 'overview',
    summary: 'The same as /api/v1/records.',
    scope: 'read',
    params: NoParams,
    query: RecordListQuery,
    answer: records,
    errors: [
      'FEATURE_UNKNOWN',
      ...NAME_ERRORS,
      'USER_UNKNOWN',
      'SESSION_UNKNOWN',
      'ERROR_TYPE_UNKNOWN',
    ],
  }),
  readFeatureDetails: defineRoute({
    method: 'get',
    path: '/api/feature/{name}',
    tag: 'overview',
    summary: 'The same as /api/v1/features/{name}.',
    scope: 'read',
    params: FeatureParams,
    query: FeatureQuery,
    answer: feature,
    errors: ['FEATURE_UNKNOWN', ...NAME_ERRORS],
  }),
  readHealth: defineRoute({
    method: 'get',
    path: '/healthz',
    tag: 'system',
    summary: 'The process answers.',
    scope: 'open',
    params: NoParams,
    query: NoQuery,
    answer: Health,
    errors: [],
  }),
  readReadiness: defineRoute({
    method: 'get',
    path: '/readyz',
    tag: 'system',
    summary: 'The process takes data and questions; 503 while it does not.',
    scope: 'open',
    params: NoParams,
    query: NoQuery,
    answer: Readiness,
    errors: ['NOT_READY'],
  }),
  readOpenApi: defineRoute({
    method: 'get',
    path: '/openapi.json',
    tag: 'system',
    summary: 'This interface as an OpenAPI 3.1 document.',
    scope: 'open',
    params: NoParams,
    query: NoQuery,
    answer: z.record(z.string(), z.unknown()),
    errors: [],
  }),
  readDocs: defineRoute({
    method: 'get',
    path: '/docs',
    tag: 'system',
    summary: 'This interface as a page to read.',
    scope: 'open',
    params: NoParams,
    query: NoQuery,
    answer: z.string(),
    produces: 'text/html',
    errors: [],
  }),
};

/** The table as a type: what the client is typed from. */
export type Routes = typeof ROUTES;
/** Name of a route. */
export type RouteName = keyof Routes;
