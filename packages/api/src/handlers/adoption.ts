/** Who adopts features, and what people say of them. */
import { readAdoption, readAdoptionMembers, readAdoptions, readFeedback } from '@heartwood/kpi';
import type { ADOPTION_ROUTES } from '../contract/routes/adoption.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type HandlersOf } from './context.ts';
import { pageOf, toMembers } from './member.ts';

export const adoptionHandlers: HandlersOf<typeof ADOPTION_ROUTES> = {
  /** `GET /api/v1/adoption` */
  listAdoption: async (context, { query }) => {
    const window = windowOf(context, query, ADOPTION_RANGE);
    const { reader, definitions, options } = context;
    const answer = await readAdoptions(reader, definitions.set, window, {
      ...options,
      limit: query.limit,
    });
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/adoption/{name}` */
  readAdoption: async (context, { params, query }) => {
    const window = windowOf(context, query, ADOPTION_RANGE);
    const { reader, definitions, options } = context;
    const answer = await readAdoption(reader, definitions.set, window, params.name, options);
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/adoption/{name}/members` */
  listAdoptionMembers: async (context, { params, query }) => {
    const { reader, definitions, options } = context;
    const window = windowOf(context, query, ADOPTION_RANGE);
    const asked = { ...options, ...pageOf(query), part: query.part, day: query.day };
    return toMembers(
      await readAdoptionMembers(reader, definitions.set, window, params.name, asked),
    );
  },

  /** `GET /api/v1/feedback` */
  listFeedback: async (context, { query }) => {
    const window = windowOf(context, query);
    const { feature, limit } = query;
    const answer = await readFeedback(context.reader, window, {
      ...context.options,
      feature,
      limit,
    });
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },
};

/** Habits take longer than a day to see: three times the window that adoption has unless a definition says otherwise. */
const ADOPTION_RANGE = '12w';
