/** Who adopts features, and what people say of them. */
import {
  AdoptionDetail,
  AdoptionListQuery,
  AdoptionMemberQuery,
  AdoptionParams,
  AdoptionQuery,
  AdoptionRow,
} from '../adoption.ts';
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import { FeedbackQuery, FeedbackRow } from '../feedback.ts';
import { Member, MemberMeta } from '../member.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams } from '../system.ts';

export const ADOPTION_ROUTES = {
  listAdoption: defineRoute({
    method: 'get',
    path: '/api/v1/adoption',
    tag: 'adoption',
    summary:
      'Features with who could use them, tried, adopted and left, most users first, then those that nobody uses.',
    scope: 'read',
    params: NoParams,
    query: AdoptionListQuery,
    answer: listOf(AdoptionRow, AnalyticMeta),
    errors: [...TOO_LARGE],
  }),
  readAdoption: defineRoute({
    method: 'get',
    path: '/api/v1/adoption/{name}',
    tag: 'adoption',
    summary: 'Adoption of one feature, with who came on which day since its release.',
    scope: 'read',
    params: AdoptionParams,
    query: AdoptionQuery,
    answer: answerOf(AdoptionDetail, AnalyticMeta),
    errors: ['FEATURE_UNKNOWN', ...TOO_LARGE],
  }),
  listAdoptionMembers: defineRoute({
    method: 'get',
    path: '/api/v1/adoption/{name}/members',
    tag: 'adoption',
    summary: 'Whom one number of adoption counts.',
    scope: 'read',
    params: AdoptionParams,
    query: AdoptionMemberQuery,
    answer: listOf(Member, MemberMeta),
    errors: ['FEATURE_UNKNOWN', 'MEMBER_CELL_UNKNOWN', 'MEMBER_NUMBER_MISSING', ...TOO_LARGE],
  }),
  listFeedback: defineRoute({
    method: 'get',
    path: '/api/v1/feedback',
    tag: 'feedback',
    summary:
      'What people answered about features: scores by scale, and how many of the users answered.',
    scope: 'read',
    params: NoParams,
    query: FeedbackQuery,
    answer: listOf(FeedbackRow, AnalyticMeta),
    errors: ['FEATURE_UNKNOWN', ...TOO_LARGE],
  }),
};
