/** Retention: all tables that are defined, one with its numbers, one that a question defines, and the members of a number. */
import {
  describeRetention,
  findRetention,
  nsToInstant,
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
    const { cohort, period, group, by, top, limit, asOf, cursor } = query;
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
        limit,
        asOf: asOf === undefined ? undefined : BigInt(asOf),
        after: cursor,
      },
    );
    return {
      data: page.rows.map(({ unit, key, firstTime, lastTime, rows, traceId }) => ({
        unit,
        key,
        firstTime: nsToInstant(firstTime),
        lastTime: nsToInstant(lastTime),
        records: rows,
        traceId,
      })),
      meta: {
        total: page.total,
        truncated: page.truncated,
        nextCursor: page.truncated ? (page.rows.at(-1)?.cursor ?? null) : null,
        asOf: String(page.asOf),
      },
    };
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
