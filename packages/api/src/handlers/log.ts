/** Logs: single log records and events, newest first. */
import { readLogs } from '@heartwood/kpi';
import type { LOG_ROUTES } from '../contract/routes/log.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';

export const logHandlers: HandlersOf<typeof LOG_ROUTES> = {
  /** `GET /api/v1/logs` */
  listLogs: async (context, { query }) => {
    const window = windowOf(context, query);
    const { limit, cursor, order, withoutProgress, ...filter } = query;
    const { rows, nextCursor, searchedFrom, searchedTo, warnings } = await readLogs(
      context.reader,
      window,
      { ...filter, withoutProgress: withoutProgress === 'true' },
      { ...context.options, limit, cursor, order },
    );
    const meta = metaOf(window, 'logs', { truncated: nextCursor !== null, warnings });
    return { data: rows, meta: { ...meta, nextCursor, searchedFrom, searchedTo } };
  },
  /** `GET /api/v1/logs/stream` */
  followLogs: ({ live }, { query, resume }) => {
    const { withoutProgress, lastEventId: _resume, ...filter } = query;
    return live.logs.open({ ...filter, withoutProgress: withoutProgress === 'true' }, resume);
  },
};
