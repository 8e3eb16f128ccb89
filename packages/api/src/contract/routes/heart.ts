/** HEART: all that is defined, one with its numbers, and the members of each number. */
import { AnalyticMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import {
  HeartDetail,
  HeartListMeta,
  HeartMember,
  HeartMemberQuery,
  HeartParams,
  HeartQuery,
  HeartRow,
} from '../heart.ts';
import { MemberPageMeta } from '../member.ts';
import { defineRoute, TOO_LARGE } from '../route.ts';
import { NoParams, NoQuery } from '../system.ts';

export const HEART_ROUTES = {
  listHeart: defineRoute({
    method: 'get',
    path: '/api/v1/heart',
    tag: 'heart',
    summary: 'HEARTs of the definitions, each letter in words.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    answer: listOf(HeartRow, HeartListMeta),
    errors: [],
  }),
  readHeart: defineRoute({
    method: 'get',
    path: '/api/v1/heart/{id}',
    tag: 'heart',
    summary:
      'Happiness, engagement, adoption, retention and task success of features, each with its sample.',
    scope: 'read',
    params: HeartParams,
    query: HeartQuery,
    answer: answerOf(HeartDetail, AnalyticMeta),
    errors: ['HEART_UNKNOWN', 'RETENTION_TOO_LARGE', ...TOO_LARGE],
  }),
  listHeartMembers: defineRoute({
    method: 'get',
    path: '/api/v1/heart/{id}/members',
    tag: 'heart',
    summary: 'Whom or what a part of a letter counts.',
    scope: 'read',
    params: HeartParams,
    query: HeartMemberQuery,
    answer: listOf(HeartMember, MemberPageMeta),
    errors: ['HEART_UNKNOWN', 'HEART_PART_UNKNOWN', 'RETENTION_TOO_LARGE', ...TOO_LARGE],
  }),
};
