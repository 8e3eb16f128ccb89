/** Services: who sends, how much, how well and how fast. */
import { readServices } from '@heartwood/kpi';
import { metaOf, windowOf, type Handler } from './context.ts';

/** `GET /api/v1/services` */
export const listServices: Handler<'listServices'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { rows, truncated, warnings } = await readServices(context.reader, window, {
    ...context.options,
    service: query.service,
    limit: query.limit,
  });
  return { data: rows, meta: metaOf(window, 'spans', { truncated, warnings }) };
};
