/** Features: the table of all, everything about one, and their use over time. */
import {
  msToInstant,
  readFeature,
  readFeatures,
  readUsage,
  readUsageMembers,
} from '@heartwood/kpi';
import type { FEATURE_ROUTES } from '../contract/routes/feature.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';
import { pageOf, toMembers } from './member.ts';

export const featureHandlers: HandlersOf<typeof FEATURE_ROUTES> = {
  /** `GET /api/v1/features` */
  listFeatures: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'listFeatures', query);
    const table = await readFeatures(context.reader, window, query, {
      ...options,
      trend: query.trend === 'true',
      sort: query.sort,
      limit: query.limit,
    });
    const { rows, total, grid, warnings } = table;
    const n = rows.reduce((sum, { runs }) => sum + runs, 0);
    const meta = {
      ...metaOf(window, 'runs', { truncated: total > rows.length, warnings }),
      ...explained(window, { unit: 'runs', n }),
      total,
    };
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
    const { options, explained } = hear(context, 'readFeature', query, params);
    const { report, interval, warnings } = await readFeature(context.reader, window, filter, {
      ...options,
      interval: query.interval,
      recent: query.recent,
    });
    const explanation = explained(window, { unit: 'runs', n: report.runs });
    const meta = { ...metaOf(window, 'runs', { warnings }), ...explanation, interval };
    return { data: report, meta };
  },

  /** `GET /api/v1/usage` */
  readUsage: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'readUsage', query);
    const { series, interval, warnings } = await readUsage(context.reader, window, query, {
      ...options,
      interval: query.interval,
      by: query.by,
      top: query.top,
    });
    const n = series.reduce((sum, { runs }) => sum + runs, 0);
    const explanation = explained(window, { unit: 'runs', n });
    return {
      data: series,
      meta: {
        ...metaOf(window, 'runs', { warnings }),
        ...explanation,
        interval,
        by: query.by ?? null,
      },
    };
  },

  /** `GET /api/v1/usage/members` */
  listUsageMembers: async (context, { query }) => {
    const { of, interval, start, by, group, top } = query;
    const asked = { of, interval, start, by, group, top, ...pageOf(query), ...context.options };
    return toMembers(
      await readUsageMembers(context.reader, windowOf(context, query), query, asked),
    );
  },
};
