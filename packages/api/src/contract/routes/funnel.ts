/** Funnels: all that are defined, one with its numbers, one that a question defines, and the members of a number. */
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import {
  FunnelBody,
  FunnelDetail,
  FunnelListMeta,
  FunnelMember,
  FunnelMemberQuery,
  FunnelParams,
  FunnelQuery,
  FunnelRow,
} from '../funnel.ts';
import { MemberPageMeta } from '../member.ts';
import { definePost, defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams, NoQuery } from '../system.ts';

export const FUNNEL_ROUTES = {
  listFunnels: defineRoute({
    method: 'get',
    path: '/api/v1/funnels',
    tag: 'funnels',
    summary: 'Funnels of the definitions, in words.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: listOf(FunnelRow, FunnelListMeta),
    errors: [],
  }),
  readFunnel: defineRoute({
    method: 'get',
    path: '/api/v1/funnels/{id}',
    tag: 'funnels',
    summary: 'How many get how far, how fast, over time and by a property.',
    scope: 'read',
    params: FunnelParams,
    query: FunnelQuery,
    answer: answerOf(FunnelDetail, AnalyticMeta),
    errors: ['FUNNEL_UNKNOWN', 'INTERVAL_TOO_FINE', 'FUNNEL_TREND_TOO_LARGE', ...TOO_LARGE],
  }),
  listFunnelMembers: defineRoute({
    method: 'get',
    path: '/api/v1/funnels/{id}/members',
    tag: 'funnels',
    summary: 'Whom one number of a funnel counts.',
    scope: 'read',
    params: FunnelParams,
    query: FunnelMemberQuery,
    answer: listOf(FunnelMember, MemberPageMeta),
    errors: [
      'FUNNEL_UNKNOWN',
      'FUNNEL_STEP_UNKNOWN',
      'FUNNEL_NOT_SPLIT',
      'GROUP_UNKNOWN',
      'STORE_QUERY_TOO_LARGE',
    ],
  }),
  queryFunnel: definePost({
    method: 'post',
    path: '/api/v1/funnels/query',
    tag: 'funnels',
    summary: 'The same of a funnel that stands in no file.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    body: FunnelBody,
    answer: answerOf(FunnelDetail, AnalyticMeta),
    errors: [
      'DEFINITION_INVALID',
      'FEATURE_UNKNOWN',
      'EVENT_UNKNOWN',
      'INTERVAL_TOO_FINE',
      'FUNNEL_TREND_TOO_LARGE',
      ...TOO_LARGE,
    ],
  }),
};
