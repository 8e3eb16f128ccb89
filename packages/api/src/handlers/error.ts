/** Errors: their kinds, one of them, and all in a few lines. */
import {
  readError,
  readErrorGroups,
  readErrorParts,
  readErrorSummary,
  type ErrorFilter,
  type Window,
} from '@heartwood/kpi';
import type { z } from 'zod';
import type { ErrorMeta, ErrorSummaryQuery } from '../contract/error.ts';
import type { ERROR_ROUTES } from '../contract/routes/error.ts';
import { metaOf, windowOf, type Context, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const errorHandlers: HandlersOf<typeof ERROR_ROUTES> = {
  /** `GET /api/v1/errors` */
  listErrors: async (context, { query }) => {
    const window = windowOf(context, query);
    const { by, limit } = query;
    const { options: heard, explained } = hear(context, 'listErrors', query);
    const [filter, options] = [filterOf(query), { ...heard, limit }];
    const page =
      by === 'group'
        ? await readErrorGroups(context.reader, window, filter, options)
        : await readErrorParts(context.reader, window, by, filter, options);
    const rows: readonly { readonly occurrences: number }[] = page.rows;
    const n = rows.reduce((sum, { occurrences }) => sum + occurrences, 0);
    const meta = { ...errorMeta(context, window, page), ...explained(window, { unit: UNIT, n }) };
    return { data: [...page.rows], meta };
  },

  /** `GET /api/v1/errors/summary` */
  summarizeErrors: async (context, { query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'summarizeErrors', query);
    const { summary, warnings } = await readErrorSummary(
      context.reader,
      window,
      filterOf(query),
      options,
    );
    // The first three are all; what follows is part of the last of them.
    const n = summary.categories.slice(0, 3).reduce((sum, { occurrences }) => sum + occurrences, 0);
    const told = explained(window, { unit: UNIT, n });
    return { data: summary, meta: { ...errorMeta(context, window, { warnings }), ...told } };
  },

  /** `GET /api/v1/errors/{fingerprint}` */
  getError: async (context, { params, query }) => {
    const window = windowOf(context, query);
    const { options, explained } = hear(context, 'getError', query, params);
    const data = await readError(context.reader, window, params.fingerprint, options);
    const told = explained(window, { unit: UNIT, n: data.occurrences });
    return { data, meta: { ...errorMeta(context, window), ...told } };
  },
};

const UNIT = 'occurrences';

/** What narrows errors. */
const filterOf = ({
  category,
  errorType,
  service,
  component,
  feature,
  session,
  user,
  traceId,
}: z.output<typeof ErrorSummaryQuery>): ErrorFilter => ({
  category,
  errorType,
  service,
  component,
  feature,
  session,
  user,
  traceId,
});

function errorMeta(
  { system }: Context,
  window: Window,
  { truncated = false, warnings = [] }: { truncated?: boolean; warnings?: string[] } = {},
): z.output<typeof ErrorMeta> {
  const { classifiedThrough, isBehind } = system.errors;
  const said = isBehind ? [...warnings, BEHIND] : warnings;
  const meta = metaOf(window, UNIT, { truncated, warnings: said });
  return { ...meta, complete: meta.complete && !isBehind, classifiedThrough };
}

const BEHIND = 'Records that have landed still wait to be looked at for errors: there may be more.';
