/** What processes use, over time and beside the features that run in them. */
import { readFeatureResources, readResources } from '@heartwood/kpi';
import type { RESOURCE_ROUTES } from '../contract/routes/resource.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const resourceHandlers: HandlersOf<typeof RESOURCE_ROUTES> = {
  /** `GET /api/v1/system/resources` */
  listResources: async (context, { query }) => {
    const window = windowOf(context, query);
    const { service } = query;
    const { options, explained } = hear(context, 'listResources', query);
    const asked = { ...options, service, interval: query.interval };
    const { rows, interval } = await readResources(context.reader, window, asked);
    const told = explained(window, { unit: 'processes', n: rows.length });
    return {
      data: rows.map((row) => ({ ...row, points: [...row.points] })),
      meta: { ...metaOf(window, 'processes'), ...told, interval },
    };
  },

  /** `GET /api/v1/features/{name}/resources` */
  readFeatureResources: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'readFeatureResources', query, params);
    const asked = { ...options, feature: params.name, service: query.service };
    const data = await readFeatureResources(context.reader, window, asked);
    const n = data.during.minutes + data.without.minutes;
    const meta = { ...metaOf(window, 'minutes'), ...explained(window, { unit: 'minutes', n }) };
    return { data: { ...data, reported: [...data.reported] }, meta };
  },
};
