/** Records: single runs, newest first. */
import { readRecords } from '@heartwood/kpi';
import type { RECORD_ROUTES } from '../contract/routes/record.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';

export const recordHandlers: HandlersOf<typeof RECORD_ROUTES> = {
  /** `GET /api/v1/records` */
  listRecords: async (context, { query }) => {
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
  },
};
