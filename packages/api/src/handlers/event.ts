/** Events by name, or by one of their properties. */
import { readEvents } from '@heartwood/kpi';
import type { EVENT_ROUTES } from '../contract/routes/event.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type HandlersOf } from './context.ts';

export const eventHandlers: HandlersOf<typeof EVENT_ROUTES> = {
  /** `GET /api/v1/events` */
  listEvents: async (context, { query }) => {
    const window = windowOf(context, query);
    const answer = await readEvents(context.reader, window, {
      ...context.options,
      event: query.event,
      by: query.by,
      limit: query.limit,
    });
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },
};
