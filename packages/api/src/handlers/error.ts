/** Errors: their kinds, one of them, and all in a few lines. */
import {
  readError,
  readErrorGroups,
  readErrorParts,
  readErrorSummary,
  type Window,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { ErrorMeta } from '../contract/error.ts';
import type { ERROR_ROUTES } from '../contract/routes/error.ts';
import { metaOf, windowOf, type Context, type HandlersOf } from './context.ts';

export const errorHandlers: HandlersOf<typeof ERROR_ROUTES> = {
  /** `GET /api/v1/errors` */
  listErrors: async (context, { query }) => {
    const window = windowOf(context, query);
    const { by, limit, from: _from, to: _to, since: _since, timeZone: _zone, ...filter } = query;
    const options = { ...context.options, limit };
    const page =
      by === 'group'
        ? await readErrorGroups(context.reader, window, filter, options)
        : await readErrorParts(context.reader, window, by, filter, options);
    return { data: [...page.rows], meta: errorMeta(context, window, page) };
  },

  /** `GET /api/v1/errors/summary` */
  summarizeErrors: async (context, { query }) => {
    const window = windowOf(context, query);
    const { from: _from, to: _to, since: _since, timeZone: _zone, ...filter } = query;
    const { reader, options } = context;
    const { summary, warnings } = await readErrorSummary(reader, window, filter, options);
    return { data: summary, meta: errorMeta(context, window, { warnings }) };
  },

  /** `GET /api/v1/errors/{fingerprint}` */
  getError: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const { reader, options } = context;
    const data = await readError(reader, window, params.fingerprint, options);
    return { data, meta: errorMeta(context, window) };
  },
};

function errorMeta(
  { system }: Context,
  window: Window,
  { truncated = false, warnings = [] }: { truncated?: boolean; warnings?: string[] } = {},
): z.output<typeof ErrorMeta> {
  const { classifiedThrough, isBehind } = system.errors;
  const said = isBehind ? [...warnings, BEHIND] : warnings;
  const meta = metaOf(window, 'occurrences', { truncated, warnings: said });
  return { ...meta, complete: meta.complete && !isBehind, classifiedThrough };
}

const BEHIND = 'Records that have landed still wait to be looked at for errors: there may be more.';
