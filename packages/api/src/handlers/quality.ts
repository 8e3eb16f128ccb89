/** Data quality: what checks last found, and running them now. */
import { parseTime, parseTimeZone, readQuality } from '@heartwood/kpi';
import type { QUALITY_ROUTES } from '../contract/routes/quality.ts';
import { windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const qualityHandlers: HandlersOf<typeof QUALITY_ROUTES> = {
  /** `GET /api/v1/quality` */
  listQuality: async (context, { query }) => {
    const { reader, nowMs, timeZone } = context;
    const { check, result, limit, to } = query;
    const { options, explained } = hear(context, 'listQuality', query);
    const zone = parseTimeZone(timeZone);
    const untilMs = to === undefined ? undefined : parseTime(to, 'to', zone, nowMs);
    const request = { ...options, check, result, untilMs, limit };
    const { rows, truncated } = await readQuality(reader, request);
    const window = windowOf(context, { to }, `${String(KEPT_DAYS)}d`);
    return {
      data: rows.map((row) => ({ ...row })),
      meta: {
        ...explained(window, { unit: 'results', n: rows.length }),
        timeZone,
        unit: 'results',
        total: rows.length,
        truncated,
        warnings: rows.length === 0 && to === undefined ? [NEVER] : [],
      },
    };
  },

  /** `POST /api/v1/quality/run` */
  runQuality: async ({ timeZone, definitions, system, gone }, { body }) => {
    const { rows, id, at } = await system.quality.run({
      definitions: definitions.set,
      zone: parseTimeZone(timeZone),
      checks: body.checks,
      // Each check has a deadline of its own, and all of them take longer than an answer may.
      signal: gone,
    });
    return {
      data: rows.map((row) => ({ ...row })),
      meta: {
        timeZone,
        unit: 'results',
        total: rows.length,
        truncated: false,
        warnings: [],
        run: id,
        at,
      },
    };
  },
};

/** Results of checks are kept so long. */
const KEPT_DAYS = 90;
const NEVER = 'no check has found anything of this kind, or none has run yet';
