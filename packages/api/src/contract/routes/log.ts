/** Logs: single log records and events. */
import { listOf } from '../answer.ts';
import { LogListMeta, LogListQuery, LogRow } from '../log.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';

export const LOG_ROUTES = {
  listLogs: defineRoute({
    method: 'get',
    path: '/api/v1/logs',
    tag: 'logs',
    summary: 'Log records and events in the order of their arrival, newest first.',
    scope: 'read',
    params: NoParams,
    query: LogListQuery,
    answer: listOf(LogRow, LogListMeta),
    errors: ['SERVICE_UNKNOWN'],
  }),
};
