/** KPIs: all of them as they stand, and one in full. */
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import {
  KpiDetail,
  KpiListMeta,
  KpiListQuery,
  KpiMember,
  KpiMemberQuery,
  KpiParams,
  KpiQuery,
  KpiRow,
} from '../kpi.ts';
import { MemberPageMeta } from '../member.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams } from '../system.ts';

export const KPI_ROUTES = {
  listKpis: defineRoute({
    method: 'get',
    path: '/api/v1/kpis',
    tag: 'kpis',
    summary: 'KPIs of the definitions with value, target, status and trend.',
    scope: 'read',
    params: NoParams,
    query: KpiListQuery,
    answer: listOf(KpiRow, KpiListMeta),
    errors: ['GOAL_UNKNOWN', ...TOO_LARGE],
  }),
  readKpi: defineRoute({
    method: 'get',
    path: '/api/v1/kpis/{id}',
    tag: 'kpis',
    summary: 'One KPI with its values over time, by a property, and how they came about.',
    scope: 'read',
    params: KpiParams,
    query: KpiQuery,
    answer: answerOf(KpiDetail, AnalyticMeta),
    errors: ['KPI_UNKNOWN', 'KPI_NOT_CUT', 'INTERVAL_TOO_FINE', ...TOO_LARGE],
  }),
  listKpiMembers: defineRoute({
    method: 'get',
    path: '/api/v1/kpis/{id}/members',
    tag: 'kpis',
    summary: 'The runs, events, users, sessions or traces behind a number of a KPI.',
    scope: 'read',
    params: KpiParams,
    query: KpiMemberQuery,
    answer: listOf(KpiMember, MemberPageMeta),
    errors: [
      'KPI_UNKNOWN',
      'KPI_NOT_CUT',
      'KPI_NOT_SPLIT',
      'MEASURE_UNKNOWN',
      'GROUP_UNKNOWN',
      'STORE_QUERY_TOO_LARGE',
    ],
  }),
};
