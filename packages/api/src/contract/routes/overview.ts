/** The paths of the first dashboard, kept. */
import { answerOf } from '../answer.ts';
import { RunTotals, StatsMeta, StatsQuery } from '../feature.ts';
import { NAME_ERRORS, defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';
import { FEATURE_ROUTES } from './feature.ts';
import { RECORD_ROUTES } from './record.ts';

export const OVERVIEW_ROUTES = {
  readStats: defineRoute({
    method: 'get',
    path: '/api/stats',
    tag: 'overview',
    summary: 'The numbers of all runs in a range together.',
    scope: 'read',
    params: NoParams,
    query: StatsQuery,
    answer: answerOf(RunTotals, StatsMeta),
    errors: NAME_ERRORS,
  }),
  readChartData: defineRoute({
    method: 'get',
    path: '/api/chart-data',
    tag: 'overview',
    summary: 'The same as /api/v1/usage.',
    scope: 'read',
    params: NoParams,
    query: FEATURE_ROUTES.readUsage.query,
    answer: FEATURE_ROUTES.readUsage.answer,
    errors: FEATURE_ROUTES.readUsage.errors,
  }),
  listRecentCalls: defineRoute({
    method: 'get',
    path: '/api/recent-calls',
    tag: 'overview',
    summary: 'The same as /api/v1/records.',
    scope: 'read',
    params: NoParams,
    query: RECORD_ROUTES.listRecords.query,
    answer: RECORD_ROUTES.listRecords.answer,
    errors: RECORD_ROUTES.listRecords.errors,
  }),
  readFeatureDetails: defineRoute({
    method: 'get',
    path: '/api/feature/{name}',
    tag: 'overview',
    summary: 'The same as /api/v1/features/{name}.',
    scope: 'read',
    params: FEATURE_ROUTES.readFeature.params,
    query: FEATURE_ROUTES.readFeature.query,
    answer: FEATURE_ROUTES.readFeature.answer,
    errors: FEATURE_ROUTES.readFeature.errors,
  }),
};
