/** How one feature performs, and what its slowness goes along with. */
import {
  readPerformance,
  readSlowness,
  readSlownessMembers,
  type SlownessRequest,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { Performance } from '../contract/performance.ts';
import type { PERFORMANCE_ROUTES } from '../contract/routes/performance.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type Context, type HandlersOf } from './context.ts';
import { pageOf, toMembers } from './member.ts';

export const performanceHandlers: HandlersOf<typeof PERFORMANCE_ROUTES> = {
  /** `GET /api/v1/features/{name}/performance` */
  readPerformance: async (context, { params, query }) => {
    const window = windowOf(context, query, PERFORMANCE_RANGE);
    const answer = await readPerformance(context.reader, window, {
      ...context.options,
      feature: params.name,
      interval: query.interval,
    });
    // Lists that may be changed, as the schema has them.
    const data = structuredClone(answer.data) as z.output<typeof Performance>;
    return { data, meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/features/{name}/slowness` */
  readSlowness: async (context, { params, query }) => {
    const window = windowOf(context, query, SLOWNESS_RANGE);
    const request = requestOf(context, params.name, query);
    const answer = await readSlowness(context.reader, window, request);
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/features/{name}/slowness/members` */
  listSlownessMembers: async (context, { params, query }) => {
    const { side, outcome } = query;
    const page = await readSlownessMembers(
      context.reader,
      windowOf(context, query, SLOWNESS_RANGE),
      requestOf(context, params.name, query),
      { side, outcome },
      pageOf(query),
    );
    return toMembers(page);
  },
};

/** A week against the weeks before it. */
const PERFORMANCE_RANGE = '7d';
/** Four weeks of days that have their seven days to return, and those seven. */
const SLOWNESS_RANGE = '35d';

const requestOf = (
  context: Context,
  feature: string,
  { slow, slowMs, returnTo, unit }: Omit<SlownessRequest, 'feature'>,
): SlownessRequest => ({ ...context.options, feature, slow, slowMs, returnTo, unit });
