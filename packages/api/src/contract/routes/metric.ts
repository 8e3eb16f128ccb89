/** Metrics: which ones there are, and their points. */
import { ExplainedMeta } from '../analytic.ts';
import { Meta, listOf } from '../answer.ts';
import { MetricListQuery, MetricPointRow, MetricPointsQuery, MetricRow } from '../metric.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const METRIC_ROUTES = {
  listMetrics: defineRoute({
    method: 'get',
    path: '/api/v1/metrics',
    tag: 'metrics',
    summary: 'Metrics with data points in a range, by name.',
    scope: 'read',
    params: NoParams,
    query: MetricListQuery,
    answer: listOf(MetricRow, ExplainedMeta),
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
};
