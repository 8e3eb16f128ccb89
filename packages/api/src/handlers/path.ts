/** Paths: what follows something or leads to it, and the members of each such number. */
import { readPathMembers, readPaths } from '@heartwood/kpi';
import type { PATH_ROUTES } from '../contract/routes/path.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type HandlersOf } from './context.ts';
import { pageOf, toMemberPage } from './member.ts';

export const pathHandlers: HandlersOf<typeof PATH_ROUTES> = {
  /** `GET /api/v1/paths` */
  readPaths: async (context, { query }) => {
    const window = windowOf(context, query);
    const { after, before, steps, unit, depth, top } = query;
    const request = { after, before, steps, unit, depth, top };
    const answer = await readPaths(context.reader, window, { ...context.options, ...request });
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/paths/members` */
  listPathMembers: async (context, { query }) => {
    const { after, before, steps, unit, depth, top, at, step, previous } = query;
    const page = await readPathMembers(
      context.reader,
      windowOf(context, query),
      { after, before, steps, unit, depth, top },
      { ...context.options, ...pageOf(query), at, step, from: previous },
    );
    return toMemberPage(page);
  },
};
