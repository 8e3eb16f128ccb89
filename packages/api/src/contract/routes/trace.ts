/** Traces: the latest, and one alone. */
import { Meta, answerOf, listOf } from '../answer.ts';
import { defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';
import {
  TraceDetail,
  TraceListQuery,
  TraceMeta,
  TraceParams,
  TraceQuery,
  TraceRow,
} from '../trace.ts';

export const TRACE_ROUTES = {
  listTraces: defineRoute({
    method: 'get',
    path: '/api/v1/traces',
    tag: 'traces',
    summary: 'Traces with a span in the range, latest first.',
    scope: 'read',
    params: NoParams,
    query: TraceListQuery,
    answer: listOf(TraceRow, Meta),
    errors: ['FEATURE_UNKNOWN', 'SERVICE_UNKNOWN'],
  }),
  readTrace: defineRoute({
    method: 'get',
    path: '/api/v1/traces/{traceId}',
    tag: 'traces',
    summary: 'One trace with every span and all that is stored of it.',
    scope: 'read',
    params: TraceParams,
    query: TraceQuery,
    answer: answerOf(TraceDetail, TraceMeta),
    errors: ['TRACE_UNKNOWN'],
  }),
};
