/** Features: the table of all, everything about one, and their use over time. */
import { msToInstant, readFeature, readFeatures, readUsage } from '@heartwood/kpi';
import type { FEATURE_ROUTES } from '../contract/routes/feature.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';

export const featureHandlers: HandlersOf<typeof FEATURE_ROUTES> = {
  /** `GET /api/v1/features` */
  listFeatures: async (context, { query }) => {
    const window = windowOf(context, query);
    const table = await readFeatures(context.reader, window, query, {
      ...context.options,
      trend: query.trend === 'true',
      sort: query.sort,
      limit: query.limit,
    });
    const { rows, total, grid, warnings } = table;
    const meta = { ...metaOf(window, 'runs', { truncated: total > rows.length, warnings }), total };
    if (grid === undefined) return { data: rows, meta };
    const trend = {
      interval: grid.interval,
      starts: grid.buckets.map(({ startMs }) => msToInstant(startMs)),
      complete: grid.buckets.map(({ complete }) => complete),
    };
    return { data: rows, meta: { ...meta, trend } };
  },

  /** `GET /api/v1/features/{name}` */
  readFeature: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const filter = { ...query, feature: params.name };
    const { report, interval, warnings } = await readFeature(context.reader, window, filter, {
      ...context.options,
      interval: query.interval,
      recent: query.recent,
    });
    return { data: report, meta: { ...metaOf(window, 'runs', { warnings }), interval } };
  },

  /** `GET /api/v1/usage` */
  readUsage: async (context, { query }) => {
    const window = windowOf(context, query);
    const { series, interval, warnings } = await readUsage(context.reader, window, query, {
      ...context.options,
      interval: query.interval,
      by: query.by,
      top: query.top,
    });
    return {
      data: series,
      meta: { ...metaOf(window, 'runs', { warnings }), interval, by: query.by ?? null },
    };
  },
};
