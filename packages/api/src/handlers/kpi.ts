/** KPIs: how all stand, and one in full. */
import {
  explainKpis,
  readKpi,
  readKpiMembers,
  readKpis,
  toFilters,
  type KpiReport,
} from '@heartwood/kpi';
import type { KPI_ROUTES } from '../contract/routes/kpi.ts';
import { analyticMetaOf, toPlainExplain } from './analytic.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { pageOf, toMemberPage } from './member.ts';

export const kpiHandlers: HandlersOf<typeof KPI_ROUTES> = {
  /** `GET /api/v1/kpis` */
  listKpis: async (context, { query }) => {
    const window = windowOf(context, query);
    const { reader, definitions, options } = context;
    const table = await readKpis(reader, definitions.set, window, query, options);
    const { kpis, warnings } = table;
    const range = rangeOf(kpis);
    const meta = { ...metaOf(window, 'kpis', { warnings }), ...range, total: kpis.length };
    if (query.explain === 'false') return { data: kpis, meta };
    const explain = toPlainExplain(explainKpis(definitions.set, table, window, query), {
      unit: 'kpis',
      sampleSize: { unit: 'kpis', n: kpis.length },
      filters: toFilters(query),
    });
    return { data: kpis, meta: { ...meta, explain: { ...explain, ...range } } };
  },

  /** `GET /api/v1/kpis/{id}` */
  readKpi: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const { reader, definitions } = context;
    const answer = await readKpi(reader, definitions.set, window, params.id, {
      ...context.options,
      interval: query.interval,
      by: query.by,
      top: query.top,
    });
    const { from, to } = answer.data;
    return { data: answer.data, meta: { ...analyticMetaOf(window, answer, query), from, to } };
  },

  /** `GET /api/v1/kpis/{id}/members` */
  listKpiMembers: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const { measure, by, group, top } = query;
    const page = await readKpiMembers(context.reader, context.definitions.set, window, params.id, {
      ...context.options,
      measure,
      by,
      group,
      top,
      ...pageOf(query),
    });
    return toMemberPage(page);
  },
};

/** From the earliest start of a window to the latest end. */
function rangeOf(kpis: readonly KpiReport[]): { from?: string; to?: string; complete?: boolean } {
  const from = kpis.map((kpi) => kpi.from).toSorted()[0];
  const to = kpis
    .map((kpi) => kpi.to)
    .toSorted()
    .at(-1);
  if (from === undefined || to === undefined) return {};
  return { from, to, complete: kpis.every(({ complete }) => complete) };
}
