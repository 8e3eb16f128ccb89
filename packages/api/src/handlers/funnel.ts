/** Funnels: all that are defined, one with its numbers, one that a question defines, and the members of a number. */
import {
  describeFunnel,
  findFunnel,
  parseFunnel,
  readFunnelDetail,
  readFunnelMemberPage,
  type FunnelDetail,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { FunnelDetail as FunnelAnswer } from '../contract/funnel.ts';
import type { FUNNEL_ROUTES } from '../contract/routes/funnel.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type HandlersOf } from './context.ts';
import { pageOf, toMemberPage } from './member.ts';

export const funnelHandlers: HandlersOf<typeof FUNNEL_ROUTES> = {
  /** `GET /api/v1/funnels` */
  listFunnels: ({ definitions: { set } }) => {
    const data = [...set.funnels.values()].map(({ id, title, owner, revision, rule }) => ({
      id,
      title,
      owner: owner ?? null,
      revision,
      unit: rule.unit,
      order: rule.order,
      steps: rule.steps.map((step) => step.id),
      sentence: describeFunnel(rule),
    }));
    return { data, meta: { total: data.length } };
  },

  /** `GET /api/v1/funnels/{id}` */
  readFunnel: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const definition = findFunnel(context.definitions.set, params.id);
    const { by, top, interval } = query;
    const answer = await readFunnelDetail(
      context.reader,
      window,
      definition,
      { ...context.options, by, top, interval },
      ['funnels', 'show', definition.id],
    );
    return { data: toPlain(answer.data), meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/funnels/{id}/members` */
  listFunnelMembers: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const definition = findFunnel(context.definitions.set, params.id);
    const { step, outcome, group, by, top } = query;
    const page = await readFunnelMemberPage(context.reader, window, definition, {
      ...context.options,
      step,
      outcome,
      group,
      by,
      top,
      ...pageOf(query),
    });
    const { data, meta } = toMemberPage(page);
    return { data: data.map(({ records: steps, ...member }) => ({ ...member, steps })), meta };
  },

  /** `POST /api/v1/funnels/query` */
  queryFunnel: async (context, { body }) => {
    const window = windowOf(context, body);
    const definition = parseFunnel(body.definition, context.definitions.set);
    const { by, top, interval } = body;
    const answer = await readFunnelDetail(
      context.reader,
      window,
      definition,
      { ...context.options, by, top, interval },
      ['funnels', 'query', JSON.stringify(body.definition)],
    );
    const explain = body.explain ? 'true' : 'false';
    return { data: toPlain(answer.data), meta: analyticMetaOf(window, answer, { explain }) };
  },
};

/** Lists that may be changed, as the schema has them. */
const toPlain = (detail: FunnelDetail): z.output<typeof FunnelAnswer> =>
  structuredClone(detail) as z.output<typeof FunnelAnswer>;
