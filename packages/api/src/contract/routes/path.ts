/** Paths: what follows something or leads to it, and the members of each such number. */
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import { PathMember, PathMemberQuery, PathQuery, PathReport } from '../path.ts';
import { MemberPageMeta } from '../member.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams } from '../system.ts';

export const PATH_ROUTES = {
  readPaths: defineRoute({
    method: 'get',
    path: '/api/v1/paths',
    tag: 'paths',
    summary:
      'What is done in the next steps after a feature or event, or in the last ones before it.',
    scope: 'read',
    params: NoParams,
    query: PathQuery,
    answer: answerOf(PathReport, AnalyticMeta),
    errors: ['PATH_ANCHOR', 'FEATURE_UNKNOWN', 'EVENT_UNKNOWN', ...TOO_LARGE],
  }),
  listPathMembers: defineRoute({
    method: 'get',
    path: '/api/v1/paths/members',
    tag: 'paths',
    summary: 'Whom one number of paths counts.',
    scope: 'read',
    params: NoParams,
    query: PathMemberQuery,
    answer: listOf(PathMember, MemberPageMeta),
    errors: ['PATH_ANCHOR', 'STORE_QUERY_TOO_LARGE'],
  }),
};
