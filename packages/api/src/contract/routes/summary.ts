/** Days summed up: those that are kept, and making one now. */
import { answerOf, listOf } from '../answer.ts';
import { definePost, defineRoute } from '../route.ts';
import {
  DaySummary,
  SummaryListMeta,
  SummaryListQuery,
  SummaryMakeBody,
  SummaryMeta,
} from '../summary.ts';
import { NoParams, NoQuery } from '../system.ts';

export const SUMMARY_ROUTES = {
  listSummaries: defineRoute({
    method: 'get',
    path: '/api/v1/summaries',
    tag: 'summaries',
    summary: 'Days summed up, each made once when it was over or when it was asked for.',
    scope: 'read',
    params: NoParams,
    query: SummaryListQuery,
    answer: listOf(DaySummary, SummaryListMeta),
    errors: ['SUMMARY_DAY_INVALID'],
  }),
  makeSummary: definePost({
    method: 'post',
    path: '/api/v1/summaries/make',
    tag: 'summaries',
    summary: 'Sums up a day now, and keeps that in place of what was kept of it.',
    scope: 'read',
    params: NoParams,
    query: NoQuery,
    body: SummaryMakeBody,
    answer: answerOf(DaySummary, SummaryMeta),
    errors: ['SUMMARY_DAY_INVALID', 'SUMMARY_RUNNING'],
  }),
};
