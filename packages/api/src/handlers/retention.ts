/** Retention: all tables that are defined, one with its numbers, and one that a question defines. */
import {
  describeRetention,
  findRetention,
  parseRetention,
  readRetentionDetail,
  type RetentionDetail,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { RetentionDetail as RetentionAnswer } from '../contract/retention.ts';
import type { RETENTION_ROUTES } from '../contract/routes/retention.ts';
import { analyticMetaOf } from './analytic.ts';
import { windowOf, type HandlersOf } from './context.ts';

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
    const window = windowOf(context, query);
    const definition = findRetention(context.definitions.set, params.id);
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

  /** `POST /api/v1/retention/query` */
  queryRetention: async (context, { body }) => {
    const window = windowOf(context, body);
    const definition = parseRetention(body.definition, context.definitions.set);
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
