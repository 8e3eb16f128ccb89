/** Days summed up: those that are kept, and making one now. */
import { msToInstant, parseTimeZone, readSummaries } from '@heartwood/kpi';
import type { SUMMARY_ROUTES } from '../contract/routes/summary.ts';
import type { HandlersOf } from './context.ts';

export const summaryHandlers: HandlersOf<typeof SUMMARY_ROUTES> = {
  /** `GET /api/v1/summaries` */
  listSummaries: async ({ reader, nowMs, timeZone, options }, { query }) => {
    const { day, limit } = query;
    const request = { day, zone: parseTimeZone(timeZone), nowMs };
    const { rows, truncated } = await readSummaries(reader, request, { ...options, limit });
    return { data: rows, meta: { timeZone, unit: 'days', truncated } };
  },

  /** `POST /api/v1/summaries/make` */
  makeSummary: async ({ nowMs, timeZone, system, options }, { body }) => ({
    data: await system.summaries.make(body.day, parseTimeZone(timeZone), options),
    meta: { at: msToInstant(nowMs) },
  }),
};
