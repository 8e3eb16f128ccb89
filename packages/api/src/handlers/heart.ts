/** HEART: all that is defined, one with its numbers, and the members of each number. */
import {
  describeHeart,
  findHeart,
  readHeart,
  readHeartMembers,
  type Window,
  type WindowText,
} from '@heartwood/kpi';
import type { HEART_ROUTES } from '../contract/routes/heart.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type Context, type HandlersOf } from './context.ts';
import { pageOf, toMemberPage } from './member.ts';

export const heartHandlers: HandlersOf<typeof HEART_ROUTES> = {
  /** `GET /api/v1/heart` */
  listHeart: ({ definitions: { set } }) => {
    const data = [...set.hearts.values()].map((definition) => {
      const { id, title, owner = null, revision, features } = definition;
      const letters = describeHeart(definition);
      return { id, title, owner, revision, features: [...features], letters };
    });
    return { data, meta: { total: data.length } };
  },

  /** `GET /api/v1/heart/{id}` */
  readHeart: async (context, { params, query }) => {
    const window = longWindowOf(context, query);
    const { reader, definitions, options } = context;
    const definition = findHeart(definitions.set, params.id);
    const answer = await readHeart(reader, window, definition, options);
    return { data: answer.data, meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/heart/{id}/members` */
  listHeartMembers: async (context, { params, query }) => {
    const { letter, part } = query;
    const { reader, definitions, options } = context;
    const page = await readHeartMembers(
      reader,
      longWindowOf(context, query),
      findHeart(definitions.set, params.id),
      { letter, part, page: pageOf(query) },
      options,
    );
    return toMemberPage(page);
  },
};

/** Habits and returns take longer than a day to see. */
function longWindowOf(context: Context, query: WindowText): Window {
  const isOpen = query.from === undefined && query.since === undefined;
  return windowOf(context, isOpen ? { ...query, since: '12w' } : query);
}
