/** Metrics: which ones there are, and the points of one. */
import { readMetricPoints, readMetrics } from '@heartwood/kpi';
import type { METRIC_ROUTES } from '../contract/routes/metric.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const metricHandlers: HandlersOf<typeof METRIC_ROUTES> = {
  /** `GET /api/v1/metrics` */
  listMetrics: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'listMetrics', query);
    const { rows, truncated, warnings } = await readMetrics(context.reader, window, {
      ...options,
      service: query.service,
      limit: query.limit,
    });
    const n = rows.reduce((sum, { points }) => sum + points, 0);
    const told = explained(window, { unit: 'points', n });
    return { data: rows, meta: { ...metaOf(window, 'metrics', { truncated, warnings }), ...told } };
  },

  /** `GET /api/v1/metrics/points` */
  listMetricPoints: async (context, { query }) => {
    const window = windowOf(context, query);
    const { rows, truncated, warnings } = await readMetricPoints(context.reader, window, {
      ...context.options,
      name: query.name,
      service: query.service,
      limit: query.limit,
    });
    return { data: rows, meta: metaOf(window, 'points', { truncated, warnings }) };
  },
};
