/** How one feature performs, and what its slowness goes along with. */
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import { FeatureParams } from '../feature.ts';
import { Member, MemberMeta } from '../member.ts';
import { Performance, PerformanceQuery } from '../performance.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { Slowness, SlownessMemberQuery, SlownessQuery } from '../slowness.ts';

export const PERFORMANCE_ROUTES = {
  readPerformance: defineRoute({
    method: 'get',
    path: '/api/v1/features/{name}/performance',
    tag: 'performance',
    summary: 'One feature against its own history, over time by tier and score, and by input size.',
    scope: 'read',
    params: FeatureParams,
    query: PerformanceQuery,
    answer: answerOf(Performance, AnalyticMeta),
    errors: ['FEATURE_UNKNOWN', 'INTERVAL_TOO_FINE', ...TOO_LARGE],
  }),
  readSlowness: defineRoute({
    method: 'get',
    path: '/api/v1/features/{name}/slowness',
    tag: 'performance',
    summary: 'Whether those who met a slow run of a day come back less than those who met none.',
    scope: 'read',
    params: FeatureParams,
    query: SlownessQuery,
    answer: answerOf(Slowness, AnalyticMeta),
    errors: ['FEATURE_UNKNOWN', ...TOO_LARGE],
  }),
  listSlownessMembers: defineRoute({
    method: 'get',
    path: '/api/v1/features/{name}/slowness/members',
    tag: 'performance',
    summary: 'The days of users that one number of it counts.',
    scope: 'read',
    params: FeatureParams,
    query: SlownessMemberQuery,
    answer: listOf(Member, MemberMeta),
    errors: ['FEATURE_UNKNOWN', ...TOO_LARGE],
  }),
};
