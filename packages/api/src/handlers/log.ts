/** Logs: single log records and events, newest first. */
import {
  checkContextSize,
  isComplete,
  readLogContext,
  readLogHistogram,
  readLogRecord,
  readLogs,
  readLogsAsOtlp,
  type LogPage,
  type Window,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { LogListMeta, LogListQuery } from '../contract/log.ts';
import type { LOG_ROUTES } from '../contract/routes/log.ts';
import { metaOf, windowOf, type Context, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const logHandlers: HandlersOf<typeof LOG_ROUTES> = {
  /** `GET /api/v1/logs` */
  listLogs: async (context, { query: { before, after, ...query } }) => {
    const { reader } = context;
    const { window, filter, search } = questionOf(context, query);
    checkContextSize({ before, after }, query.limit);
    const { rows, ...page } = await readLogs(reader, window, filter, search);
    const meta = logMeta(window, page);
    if (before + after === 0) return { data: rows, meta };
    const { withoutProgress } = filter;
    const options = { ...context.options, order: query.order, withoutProgress };
    return { data: await readLogContext(reader, window, rows, { before, after }, options), meta };
  },
  /** `GET /api/v1/logs/otlp` */
  exportLogs: async (context, { query }) => {
    const { window, filter, search } = questionOf(context, query);
    const { request, ...page } = await readLogsAsOtlp(context.reader, window, filter, search);
    return {
      data: { resourceLogs: request.resourceLogs.map((one) => ({ ...one })) },
      meta: logMeta(window, page),
    };
  },
  /** `GET /api/v1/logs/histogram` */
  countLogs: async (context, { query }) => {
    const window = windowOf(context, query);
    const { interval, explain: _explain, withoutProgress, ...asked } = query;
    const { from: _from, to: _to, since: _since, timeZone: _zone, ...narrowed } = asked;
    const filter = { ...narrowed, withoutProgress: withoutProgress === 'true' };
    const { options, explained } = hear(context, 'countLogs', query);
    const { buckets, warnings, ...histogram } = await readLogHistogram(
      context.reader,
      window,
      filter,
      { ...options, interval },
    );
    const n = buckets.reduce((sum, { records }) => sum + records, 0);
    const meta = {
      ...metaOf(window, 'logs', { warnings }),
      ...explained(window, { unit: 'logs', n }),
      interval: histogram.interval,
    };
    return { data: buckets, meta };
  },
  /** `GET /api/v1/logs/{seq}` */
  readLog: async (context, { params }) => {
    const record = await readLogRecord(context.reader, params.seq, context.options);
    const meta = {
      from: record.time,
      to: record.time,
      timeZone: context.timeZone,
      unit: 'logs',
      complete: isComplete(Date.parse(record.time), context),
      truncated: false,
      warnings: [],
    };
    return { data: record, meta };
  },
  /** `GET /api/v1/logs/stream` */
  followLogs: ({ live }, { query, resume }) => {
    const { withoutProgress, lastEventId: _resume, ...filter } = query;
    return live.logs.open({ ...filter, withoutProgress: withoutProgress === 'true' }, resume);
  },
};

function questionOf(context: Context, query: z.output<typeof LogListQuery>) {
  const { limit, cursor, order, withoutProgress, ...filter } = query;
  return {
    window: windowOf(context, query),
    filter: { ...filter, withoutProgress: withoutProgress === 'true' },
    search: { ...context.options, limit, cursor, order },
  };
}

function logMeta(
  window: Window,
  { nextCursor, searchedFrom, searchedTo, warnings }: Omit<LogPage, 'rows'>,
): z.output<typeof LogListMeta> {
  const meta = metaOf(window, 'logs', { truncated: nextCursor !== null, warnings });
  return { ...meta, nextCursor, searchedFrom, searchedTo };
}
