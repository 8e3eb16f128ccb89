/** Retention: all tables that are defined, one with its numbers, one that a question defines, and the members of a number. */
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import {
  RetentionBody,
  RetentionDetail,
  RetentionListMeta,
  RetentionMember,
  RetentionMemberQuery,
  RetentionParams,
  RetentionQuery,
  RetentionRow,
} from '../retention.ts';
import { MemberPageMeta } from '../member.ts';
import { definePost, defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams, NoQuery } from '../system.ts';

export const RETENTION_ROUTES = {
  listRetention: defineRoute({
    method: 'get',
    path: '/api/v1/retention',
    tag: 'retention',
    summary: 'Retention tables of the definitions, in words.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: listOf(RetentionRow, RetentionListMeta),
    errors: [],
  }),
  readRetention: defineRoute({
    method: 'get',
    path: '/api/v1/retention/{id}',
    tag: 'retention',
    summary: 'How many of those who start in the range return in each period after it.',
    scope: 'read',
    params: RetentionParams,
    query: RetentionQuery,
    answer: answerOf(RetentionDetail, AnalyticMeta),
    errors: ['RETENTION_UNKNOWN', 'RETENTION_TOO_LARGE', ...TOO_LARGE],
  }),
  listRetentionMembers: defineRoute({
    method: 'get',
    path: '/api/v1/retention/{id}/members',
    tag: 'retention',
    summary: 'Whom one number of a retention table counts.',
    scope: 'read',
    params: RetentionParams,
    query: RetentionMemberQuery,
    answer: listOf(RetentionMember, MemberPageMeta),
    errors: [
      'RETENTION_UNKNOWN',
      'RETENTION_CELL_UNKNOWN',
      'GROUP_UNKNOWN',
      'RETENTION_NOT_SPLIT',
      'RETENTION_TOO_LARGE',
      'STORE_QUERY_TOO_LARGE',
    ],
  }),
  queryRetention: definePost({
    method: 'post',
    path: '/api/v1/retention/query',
    tag: 'retention',
    summary: 'The same of a table that stands in no file.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    body: RetentionBody,
    answer: answerOf(RetentionDetail, AnalyticMeta),
    errors: [
      'DEFINITION_INVALID',
      'FEATURE_UNKNOWN',
      'EVENT_UNKNOWN',
      'RETENTION_TOO_LARGE',
      ...TOO_LARGE,
    ],
  }),
};
