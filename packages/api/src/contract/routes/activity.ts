/** Stickiness, lifecycle and frequency. */
import {
  ActivityQuery,
  FrequencyMemberQuery,
  FrequencySeries,
  LifecycleMemberQuery,
  LifecycleSeries,
  Stickiness,
  StickinessMemberQuery,
} from '../activity.ts';
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import { Member, MemberMeta } from '../member.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams } from '../system.ts';

const ACTIVITY_ERRORS = ['FEATURE_UNKNOWN', 'EVENT_UNKNOWN', 'INTERVAL_TOO_FINE', ...TOO_LARGE];

const MEMBER_ERRORS = [
  'MEMBER_CELL_UNKNOWN',
  'MEMBER_NUMBER_MISSING',
  'INTERVAL_TOO_FINE',
  ...TOO_LARGE,
];

export const ACTIVITY_ROUTES = {
  readStickiness: defineRoute({
    method: 'get',
    path: '/api/v1/stickiness',
    tag: 'activity',
    summary: 'In how many intervals each one was active, and daily, 7-day and 28-day numbers.',
    scope: 'read',
    params: NoParams,
    query: ActivityQuery,
    answer: answerOf(Stickiness, AnalyticMeta),
    errors: ACTIVITY_ERRORS,
  }),
  readLifecycle: defineRoute({
    method: 'get',
    path: '/api/v1/lifecycle',
    tag: 'activity',
    summary: 'Who is new, returning, resurrecting and dormant in each interval.',
    scope: 'read',
    params: NoParams,
    query: ActivityQuery,
    answer: listOf(LifecycleSeries, AnalyticMeta),
    errors: ACTIVITY_ERRORS,
  }),
  readFrequency: defineRoute({
    method: 'get',
    path: '/api/v1/frequency',
    tag: 'activity',
    summary: 'How many runs and events, and how many active intervals, each one has.',
    scope: 'read',
    params: NoParams,
    query: ActivityQuery,
    answer: listOf(FrequencySeries, AnalyticMeta),
    errors: ACTIVITY_ERRORS,
  }),
  listStickinessMembers: defineRoute({
    method: 'get',
    path: '/api/v1/stickiness/members',
    tag: 'activity',
    summary: 'Whom one number of stickiness counts.',
    scope: 'read',
    params: NoParams,
    query: StickinessMemberQuery,
    answer: listOf(Member, MemberMeta),
    errors: MEMBER_ERRORS,
  }),
  listLifecycleMembers: defineRoute({
    method: 'get',
    path: '/api/v1/lifecycle/members',
    tag: 'activity',
    summary: 'Whom one number of a lifecycle counts.',
    scope: 'read',
    params: NoParams,
    query: LifecycleMemberQuery,
    answer: listOf(Member, MemberMeta),
    errors: MEMBER_ERRORS,
  }),
  listFrequencyMembers: defineRoute({
    method: 'get',
    path: '/api/v1/frequency/members',
    tag: 'activity',
    summary: 'Whom one number of frequency counts.',
    scope: 'read',
    params: NoParams,
    query: FrequencyMemberQuery,
    answer: listOf(Member, MemberMeta),
    errors: MEMBER_ERRORS,
  }),
};
