/** Sessions: all of a range, their sums, and one with its history. */
import { ExplainedMeta } from '../analytic.ts';
import { answerOf, listOf } from '../answer.ts';
import { defineRoute } from '../route.ts';
import {
  SessionDetail,
  SessionListMeta,
  SessionListQuery,
  SessionMeta,
  SessionParams,
  SessionReport,
  SessionReportQuery,
  SessionRow,
  SessionSummary,
  SessionSummaryQuery,
} from '../session.ts';
import { NoParams, NoQuery } from '../system.ts';

export const SESSION_ROUTES = {
  listSessions: defineRoute({
    method: 'get',
    path: '/api/v1/sessions',
    tag: 'sessions',
    summary:
      'Sessions of which anything was received in the range, those that began last first, each as a whole.',
    scope: 'read',
    params: NoParams,
    query: SessionListQuery,
    answer: listOf(SessionRow, SessionListMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  // Before the single one, whose id it would be.
  summarizeSessions: defineRoute({
    method: 'get',
    path: '/api/v1/sessions/summary',
    tag: 'sessions',
    summary: 'Sessions summed up, all together and by component.',
    scope: 'read',
    params: NoParams,
    query: SessionSummaryQuery,
    answer: answerOf(SessionSummary, ExplainedMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
  reportSessions: defineRoute({
    method: 'get',
    path: '/api/v1/sessions/report',
    tag: 'sessions',
    summary:
      'Sessions of build servers as suites, with their runs as cases: JSON, Markdown, JUnit.',
    scope: 'read',
    params: NoParams,
    query: SessionReportQuery,
    answer: answerOf(SessionReport, ExplainedMeta),
    errors: ['SERVICE_UNKNOWN', 'SESSION_UNKNOWN'],
  }),
  readSession: defineRoute({
    method: 'get',
    path: '/api/v1/sessions/{id}',
    tag: 'sessions',
    summary: 'One session: how it stands, its history, what it ran, and those before it.',
    scope: 'read',
    params: SessionParams,
    query: NoQuery,
    answer: answerOf(SessionDetail, SessionMeta),
    errors: ['SESSION_UNKNOWN'],
  }),
};
