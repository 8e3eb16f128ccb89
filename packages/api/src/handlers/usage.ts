/** Usage over time. */
import { readUsage as readUsageSeries } from '@heartwood/kpi';
import { metaOf, windowOf, type Handler } from './context.ts';

/** `GET /api/v1/usage` */
export const readUsage: Handler<'readUsage'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { series, interval, warnings } = await readUsageSeries(context.reader, window, query, {
    ...context.options,
    interval: query.interval,
    by: query.by,
    top: query.top,
  });
  return {
    data: series,
    meta: { ...metaOf(window, 'runs', { warnings }), interval, by: query.by ?? null },
  };
};
