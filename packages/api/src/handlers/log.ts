/** Logs: single log records and events, newest first. */
import { readLogs } from '@heartwood/kpi';
import type { LOG_ROUTES } from '../contract/routes/log.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';

export const logHandlers: HandlersOf<typeof LOG_ROUTES> = {
  /** `GET /api/v1/logs` */
  listLogs: async (context, { query }) => {
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
  },
};
