/** Errors: their kinds, one of them, and all in a few lines. */
import { answerOf, listOf } from '../answer.ts';
import {
  ErrorDetail,
  ErrorGroup,
  ErrorListQuery,
  ErrorMeta,
  ErrorParams,
  ErrorPart,
  ErrorQuery,
  ErrorSummary,
  ErrorSummaryQuery,
} from '../error.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const ERROR_ROUTES = {
  listErrors: defineRoute({
    method: 'get',
    path: '/api/v1/errors',
    tag: 'errors',
    summary:
      'Errors of logs and runs by kind, category, feature or component, the most frequent first, with trend and what to do.',
    scope: 'read',
    params: NoParams,
    query: ErrorListQuery,
    answer: listOf(ErrorGroup.or(ErrorPart), ErrorMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  // Before the route of one kind, whose fingerprint it would be.
  summarizeErrors: defineRoute({
    method: 'get',
    path: '/api/v1/errors/summary',
    tag: 'errors',
    summary: 'How many errors there are of APIs, of databases and of all else, and what to do.',
    scope: 'read',
    params: NoParams,
    query: ErrorSummaryQuery,
    answer: answerOf(ErrorSummary, ErrorMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  getError: defineRoute({
    method: 'get',
    path: '/api/v1/errors/{fingerprint}',
    tag: 'errors',
    summary:
      'One kind of error: whom it met, where it comes from, and the records that told of it last.',
    scope: 'read',
    params: ErrorParams,
    query: ErrorQuery,
    answer: answerOf(ErrorDetail, ErrorMeta),
    errors: ['ERROR_UNKNOWN'],
  }),
};
