/** Services: who sends, how much, how well and how fast. */
import { readServices } from '@heartwood/kpi';
import type { SERVICE_ROUTES } from '../contract/routes/service.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const serviceHandlers: HandlersOf<typeof SERVICE_ROUTES> = {
  /** `GET /api/v1/services` */
  listServices: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'listServices', query);
    const { rows, truncated, warnings } = await readServices(context.reader, window, {
      ...options,
      service: query.service,
      limit: query.limit,
    });
    const n = rows.reduce((sum, { spans }) => sum + spans, 0);
    return {
      data: rows,
      meta: {
        ...metaOf(window, 'spans', { truncated, warnings }),
        ...explained(window, { unit: 'spans', n }),
      },
    };
  },
};
