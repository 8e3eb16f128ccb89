/** Logs: single log records and events, newest first. */
import { readLogs } from '@heartwood/kpi';
import { metaOf, windowOf, type Handler } from './context.ts';

/** `GET /api/v1/logs` */
export const listLogs: Handler<'listLogs'> = async (context, { query }) => {
  const window = windowOf(context, query);
  const { rows, nextCursor, warnings } = await readLogs(context.reader, window, query, {
    ...context.options,
    limit: query.limit,
    cursor: query.cursor,
  });
  return {
    data: rows,
    meta: { ...metaOf(window, 'logs', { truncated: nextCursor !== null, warnings }), nextCursor },
  };
};
