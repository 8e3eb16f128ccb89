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
    summary:
      'Log records and events by their time, newest or oldest first, by what they are about and by what they say.',
    scope: 'read',
    params: NoParams,
    query: LogListQuery,
    answer: listOf(LogRow, LogListMeta),
    errors: ['SERVICE_UNKNOWN', 'EVENT_UNKNOWN', 'PATTERN_INVALID', 'ATTRIBUTE_INVALID'],
  }),
};
