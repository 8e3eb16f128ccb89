/** Retention: all tables that are defined, one with its numbers, one that a question defines, and the members of a number. */
import {
  describeRetention,
  findRetention,
  parseRetention,
  readRetentionDetail,
  readRetentionMemberPage,
  toRetentionRange,
  type RetentionDetail,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { RetentionDetail as RetentionAnswer } from '../contract/retention.ts';
import type { RETENTION_ROUTES } from '../contract/routes/retention.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type HandlersOf } from './context.ts';
import { pageOf, toMemberPage } from './member.ts';

export const retentionHandlers: HandlersOf<typeof RETENTION_ROUTES> = {
  /** `GET /api/v1/retention` */
  listRetention: ({ definitions: { set } }) => {
    const data = [...set.retention.values()].map(({ id, title, owner, revision, rule }) => ({
      id,
      title,
      owner: owner ?? null,
      revision,
      unit: rule.unit,
      period: rule.period,
      sentence: describeRetention(rule),
    }));
    return { data, meta: { total: data.length } };
  },

  /** `GET /api/v1/retention/{id}` */
  readRetention: async (context, { params, query }) => {
    const definition = findRetention(context.definitions.set, params.id);
    const window = windowOf(context, query, toRetentionRange(definition.rule));
    const { by, top } = query;
    const answer = await readRetentionDetail(
      context.reader,
      window,
      definition,
      { ...context.options, by, top },
      ['retention', 'show', definition.id],
    );
    return { data: toPlain(answer.data), meta: analyticMetaOf(window, answer, query) };
  },

  /** `GET /api/v1/retention/{id}/members` */
  listRetentionMembers: async (context, { params, query }) => {
    const { cohort, period, group, by, top } = query;
    const definition = findRetention(context.definitions.set, params.id);
    const page = await readRetentionMemberPage(
      context.reader,
      windowOf(context, query, toRetentionRange(definition.rule)),
      definition,
      {
        ...context.options,
        cohort,
        period,
        group,
        by,
        top,
        ...pageOf(query),
      },
    );
    return toMemberPage(page);
  },

  /** `POST /api/v1/retention/query` */
  queryRetention: async (context, { body }) => {
    const definition = parseRetention(body.definition, context.definitions.set);
    const window = windowOf(context, body, toRetentionRange(definition.rule));
    const { by, top } = body;
    const answer = await readRetentionDetail(
      context.reader,
      window,
      definition,
      { ...context.options, by, top },
      ['retention', 'query', JSON.stringify(body.definition)],
    );
    const explain = body.explain ? 'true' : 'false';
    return { data: toPlain(answer.data), meta: analyticMetaOf(window, answer, { explain }) };
  },
};

/** Lists that may be changed, as the schema has them. */
const toPlain = (detail: RetentionDetail): z.output<typeof RetentionAnswer> =>
  structuredClone(detail) as z.output<typeof RetentionAnswer>;
