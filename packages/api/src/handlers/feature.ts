/** Features: the table of all, everything about one, and all runs together. */
import { msToInstant, readFeature, readFeatures, readTotals } from '@heartwood/kpi';
import { metaOf, windowOf, type Handler } from './context.ts';

/** `GET /api/v1/features` */
export const listFeatures: Handler<'listFeatures'> = async (context, { query }) => {
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
};

/** `GET /api/v1/features/{name}` */
export const readFeatureByName: Handler<'readFeature'> = async (context, { params, query }) => {
  const window = windowOf(context, query);
  const filter = { ...query, feature: params.name };
  const { report, interval, warnings } = await readFeature(context.reader, window, filter, {
    ...context.options,
    interval: query.interval,
    recent: query.recent,
  });
  return { data: report, meta: { ...metaOf(window, 'runs', { warnings }), interval } };
};

/** `GET /api/stats` */
export const readStats: Handler<'readStats'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { totals, warnings } = await readTotals(context.reader, window, query, context.options);
  return { data: totals, meta: metaOf(window, 'runs', { warnings }) };
};
