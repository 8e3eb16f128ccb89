/** Days summed up: those that are kept, and making one now. */
import { msToInstant, parseTime, parseTimeZone, readSummaries } from '@heartwood/kpi';
import type { SUMMARY_ROUTES } from '../contract/routes/summary.ts';
import { windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const summaryHandlers: HandlersOf<typeof SUMMARY_ROUTES> = {
  /** `GET /api/v1/summaries` */
  listSummaries: async (context, { query }) => {
    const { reader, nowMs, timeZone } = context;
    const { options, explained } = hear(context, 'listSummaries', query);
    const { day, limit } = query;
    const request = { day, zone: parseTimeZone(timeZone), nowMs };
    const { rows, truncated } = await readSummaries(reader, request, { ...options, limit });
    const window = windowOf(context, {});
    const [last] = rows.slice(-1);
    // From the earliest day that is told, or a day ago, up to now.
    const fromMs = Math.min(
      window.fromMs,
      last === undefined ? Infinity : parseTime(last.day, 'day', window.zone, nowMs),
    );
    const told = explained({ ...window, fromMs }, { unit: 'days', n: rows.length });
    return { data: rows, meta: { timeZone, unit: 'days', truncated, ...told } };
  },

  /** `POST /api/v1/summaries/make` */
  makeSummary: async ({ nowMs, timeZone, system, options }, { body }) => ({
    data: await system.summaries.make(body.day, parseTimeZone(timeZone), options),
    meta: { at: msToInstant(nowMs) },
  }),
};
