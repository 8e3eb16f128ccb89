/** Features: the table of all, one alone, and their use over time. */
import { answerOf, listOf } from '../answer.ts';
import {
  FeatureDetail,
  FeatureDetailMeta,
  FeatureListMeta,
  FeatureListQuery,
  FeatureParams,
  FeatureQuery,
  FeatureRow,
} from '../feature.ts';
import { Member, MemberMeta } from '../member.ts';
import { NAME_ERRORS, defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';
import { UsageMemberQuery, UsageMeta, UsageQuery, UsageSeries } from '../usage.ts';

export const FEATURE_ROUTES = {
  listFeatures: defineRoute({
    method: 'get',
    path: '/api/v1/features',
    tag: 'features',
    summary: 'Features with their numbers in a range.',
    scope: 'read',
    params: NoParams,
    query: FeatureListQuery,
    answer: listOf(FeatureRow, FeatureListMeta),
    errors: NAME_ERRORS,
  }),
  readFeature: defineRoute({
    method: 'get',
    path: '/api/v1/features/{name}',
    tag: 'features',
    summary: 'Everything about one feature in a range.',
    scope: 'read',
    params: FeatureParams,
    query: FeatureQuery,
    answer: answerOf(FeatureDetail, FeatureDetailMeta),
    errors: ['FEATURE_UNKNOWN', ...NAME_ERRORS, 'INTERVAL_TOO_FINE'],
  }),
  readUsage: defineRoute({
    method: 'get',
    path: '/api/v1/usage',
    tag: 'features',
    summary: 'Runs per bucket of time, in one series or split.',
    scope: 'read',
    params: NoParams,
    query: UsageQuery,
    answer: listOf(UsageSeries, UsageMeta),
    errors: ['FEATURE_UNKNOWN', ...NAME_ERRORS, 'INTERVAL_TOO_FINE'],
  }),
  listUsageMembers: defineRoute({
    method: 'get',
    path: '/api/v1/usage/members',
    tag: 'features',
    summary: 'The runs, users or sessions behind a number of usage, of a feature or of all.',
    scope: 'read',
    params: NoParams,
    query: UsageMemberQuery,
    answer: listOf(Member, MemberMeta),
    errors: [
      'FEATURE_UNKNOWN',
      ...NAME_ERRORS,
      'INTERVAL_TOO_FINE',
      'MEMBER_CELL_UNKNOWN',
      'MEMBER_NUMBER_MISSING',
      'STORE_QUERY_TOO_LARGE',
    ],
  }),
};
