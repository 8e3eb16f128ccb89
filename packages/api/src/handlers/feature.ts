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
import { listen } from './explain-plain.ts';
import { pageOf, toMembers } from './member.ts';

export const featureHandlers: HandlersOf<typeof FEATURE_ROUTES> = {
  /** `GET /api/v1/features` */
  listFeatures: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = listen(context, query);
    const table = await readFeatures(context.reader, window, query, {
      ...options,
      trend: query.trend === 'true',
      sort: query.sort,
      limit: query.limit,
    });
    const { rows, total, grid, warnings } = table;
    const { sort, limit } = query;
    const n = rows.reduce((sum, { runs }) => sum + runs, 0);
    const meta = {
      ...metaOf(window, 'runs', { truncated: total > rows.length, warnings }),
      ...explained(window, { kind: 'features', sort, limit }, { unit: 'runs', n }),
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
    const { options, explained } = listen(context, query);
    const { report, interval, warnings } = await readFeature(context.reader, window, filter, {
      ...options,
      interval: query.interval,
      recent: query.recent,
    });
    const question = { kind: 'feature', feature: params.name, interval: query.interval } as const;
    const explanation = explained(window, question, { unit: 'runs', n: report.runs });
    const meta = { ...metaOf(window, 'runs', { warnings }), ...explanation, interval };
    return { data: report, meta };
  },

  /** `GET /api/v1/usage` */
  readUsage: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = listen(context, query);
    const { series, interval, warnings } = await readUsage(context.reader, window, query, {
      ...options,
      interval: query.interval,
      by: query.by,
      top: query.top,
    });
    const { feature, by, top } = query;
    const question = { kind: 'usage', feature, by, top, interval: query.interval } as const;
    const n = series.reduce((sum, { runs }) => sum + runs, 0);
    const explanation = explained(window, question, { unit: 'runs', n });
    return {
      data: series,
      meta: { ...metaOf(window, 'runs', { warnings }), ...explanation, interval, by: by ?? null },
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
