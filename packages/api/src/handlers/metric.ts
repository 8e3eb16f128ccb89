/** Metrics: which ones there are, and the points of one. */
import { readMetricPoints, readMetrics } from '@heartwood/kpi';
import { metaOf, windowOf, type Handler } from './context.ts';

/** `GET /api/v1/metrics` */
export const listMetrics: Handler<'listMetrics'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { rows, truncated, warnings } = await readMetrics(context.reader, window, {
    ...context.options,
    service: query.service,
    limit: query.limit,
  });
  return { data: rows, meta: metaOf(window, 'metrics', { truncated, warnings }) };
};

/** `GET /api/v1/metrics/points` */
export const listMetricPoints: Handler<'listMetricPoints'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { rows, truncated, warnings } = await readMetricPoints(context.reader, window, {
    ...context.options,
    name: query.name,
    service: query.service,
    limit: query.limit,
  });
  return { data: rows, meta: metaOf(window, 'points', { truncated, warnings }) };
};
