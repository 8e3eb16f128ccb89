/** The paths of the first dashboard: all runs together, and what other paths answer too. */
import { readTotals } from '@heartwood/kpi';
import type { OVERVIEW_ROUTES } from '../contract/routes/overview.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';
import { featureHandlers } from './feature.ts';
import { recordHandlers } from './record.ts';

export const overviewHandlers: HandlersOf<typeof OVERVIEW_ROUTES> = {
  /** `GET /api/stats` */
  readStats: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'readStats', query);
    const { totals, warnings } = await readTotals(context.reader, window, query, options);
    const sample = { unit: 'runs', n: totals.runs };
    const meta = {
      ...metaOf(window, 'runs', { warnings }),
      ...explained(window, sample),
    };
    return { data: totals, meta };
  },

  readChartData: featureHandlers.readUsage,
  listRecentCalls: recordHandlers.listRecords,
  readFeatureDetails: featureHandlers.readFeature,
};
