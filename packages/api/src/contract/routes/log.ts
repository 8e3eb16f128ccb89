/** Logs: single log records and events. */
import { answerOf, listOf } from '../answer.ts';
import {
  LogListMeta,
  LogListQuery,
  LogRow,
  LogStreamQuery,
  LogStreamSkipped,
  LogStreamStart,
  OtlpLogs,
} from '../log.ts';
import { defineRoute, defineStream } from '../route.ts';
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
  exportLogs: defineRoute({
    method: 'get',
    path: '/api/v1/logs/otlp',
    tag: 'logs',
    summary:
      'The same page as an ExportLogsServiceRequest of OTLP in its JSON encoding: sent to the /v1/logs of any receiver, it gives the same records again.',
    scope: 'read',
    params: NoParams,
    query: LogListQuery,
    answer: answerOf(OtlpLogs, LogListMeta),
    errors: ['SERVICE_UNKNOWN', 'EVENT_UNKNOWN', 'PATTERN_INVALID', 'ATTRIBUTE_INVALID'],
  }),
  followLogs: defineStream({
    kind: 'stream',
    method: 'get',
    path: '/api/v1/logs/stream',
    tag: 'logs',
    summary:
      'Log records and events as they arrive. The id of each is its number, and whoever comes back with the last one misses none and gets none twice; of more than 500 a second, or 10,000 behind, the oldest are passed over and counted.',
    scope: 'read',
    params: NoParams,
    query: LogStreamQuery,
    events: { start: LogStreamStart, log: LogRow, skipped: LogStreamSkipped },
    errors: ['PATTERN_INVALID', 'ATTRIBUTE_INVALID', 'STREAM_ID_INVALID', 'STREAM_FULL'],
  }),
};
