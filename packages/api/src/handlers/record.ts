/** Records: single runs, newest first. */
import { readRecords } from '@heartwood/kpi';
import { metaOf, windowOf, type Handler } from './context.ts';

/** `GET /api/v1/records` */
export const listRecords: Handler<'listRecords'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { rows, nextCursor } = await readRecords(context.reader, window, query, {
    ...context.options,
    limit: query.limit,
    cursor: query.cursor,
  });
  return {
    data: rows,
    meta: { ...metaOf(window, 'runs', { truncated: nextCursor !== null }), nextCursor },
  };
};
