/** Traces: the recent ones, and every span of one. */
import { isComplete, readTrace, readTraces } from '@heartwood/kpi';
import type { TRACE_ROUTES } from '../contract/routes/trace.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';

export const traceHandlers: HandlersOf<typeof TRACE_ROUTES> = {
  /** `GET /api/v1/traces` */
  listTraces: async (context, { query }) => {
    const window = windowOf(context, query);
    const { rows, truncated, warnings } = await readTraces(context.reader, window, {
      ...context.options,
      service: query.service,
      feature: query.feature,
      errors: query.errors === undefined ? undefined : query.errors === 'true',
      minDurationMs: query.minDurationMs,
      limit: query.limit,
    });
    return { data: rows, meta: metaOf(window, 'traces', { truncated, warnings }) };
  },

  /** `GET /api/v1/traces/{traceId}` */
  readTrace: async (context, { params }) => {
    const { trace, endTime, truncated } = await readTrace(
      context.reader,
      params.traceId,
      context.options,
    );
    const warnings = truncated ? ['The trace has more spans; the earliest are shown.'] : [];
    const meta = {
      from: trace.startTime,
      to: endTime,
      timeZone: context.timeZone,
      unit: 'spans',
      complete: isComplete(Date.parse(endTime), context),
      truncated,
      warnings,
    };
    return { data: trace, meta };
  },
};
