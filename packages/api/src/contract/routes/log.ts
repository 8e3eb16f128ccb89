/** Logs: single log records and events. */
import { Meta, answerOf, listOf } from '../answer.ts';
import {
  LogListMeta,
  LogListQuery,
  LogRecord,
  LogRecordParams,
  LogRecordQuery,
  LogRow,
  LogStreamQuery,
  LogStreamSkipped,
  LogStreamStart,
  OtlpLogs,
} from '../log.ts';
import { LogContextQuery, LogContextRow } from '../log-context.ts';
import { LogBucket, LogHistogramMeta, LogHistogramQuery } from '../log-histogram.ts';
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
    query: LogContextQuery,
    answer: listOf(LogContextRow, LogListMeta),
    errors: [
      'SERVICE_UNKNOWN',
      'EVENT_UNKNOWN',
      'PATTERN_INVALID',
      'ATTRIBUTE_INVALID',
      'LOG_CONTEXT_TOO_LARGE',
    ],
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
  countLogs: defineRoute({
    method: 'get',
    path: '/api/v1/logs/histogram',
    tag: 'logs',
    summary:
      'How many log records and events there are in each bucket of time, by level: those that /api/v1/logs gives with the same filters.',
    scope: 'read',
    params: NoParams,
    query: LogHistogramQuery,
    answer: listOf(LogBucket, LogHistogramMeta),
    errors: [
      'SERVICE_UNKNOWN',
      'EVENT_UNKNOWN',
      'PATTERN_INVALID',
      'ATTRIBUTE_INVALID',
      'INTERVAL_TOO_FINE',
    ],
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
    errors: [
      'PATTERN_INVALID',
      'ATTRIBUTE_INVALID',
      'STREAM_ID_INVALID',
      'STREAM_FULL',
      'NOT_READY',
    ],
  }),
  // Behind the others, whose last words would be its number.
  readLog: defineRoute({
    method: 'get',
    path: '/api/v1/logs/{seq}',
    tag: 'logs',
    summary: 'One log record or event with all that is stored of it.',
    scope: 'read',
    params: LogRecordParams,
    query: LogRecordQuery,
    answer: answerOf(LogRecord, Meta),
    errors: ['LOG_UNKNOWN'],
  }),
};
