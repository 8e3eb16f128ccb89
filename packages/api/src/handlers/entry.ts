/** Entries of database loggers, and what they tell of duplicates and batches. */
import { readBatches, readDuplicates, readEntries } from '@heartwood/kpi';
import type { ENTRY_ROUTES } from '../contract/routes/entry.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const entryHandlers: HandlersOf<typeof ENTRY_ROUTES> = {
  /** `GET /api/v1/entries` */
  listEntries: async (context, { query }) => {
    const window = windowOf(context, query);
    const { reader, options } = context;
    const { type, service, session, traceId, limit, cursor } = query;
    const { rows, nextCursor, warnings } = await readEntries(
      reader,
      window,
      { type, service, session, traceId },
      { ...options, limit, cursor },
    );
    const meta = metaOf(window, 'entries', { truncated: nextCursor !== null, warnings });
    return { data: rows, meta: { ...meta, nextCursor } };
  },
  /** `GET /api/v1/entries/duplicates` */
  readDuplicates: async (context, { query }) => {
    const window = windowOf(context, query, '7d');
    const { options, explained } = hear(context, 'readDuplicates', query);
    const { service, session } = query;
    const found = await readDuplicates(context.reader, window, { service, session }, options);
    const { duplicates, warnings } = found;
    const told = explained(window, { unit: 'operations', n: duplicates.operations });
    return { data: duplicates, meta: { ...metaOf(window, 'operations', { warnings }), ...told } };
  },
  /** `GET /api/v1/entries/batches` */
  readBatches: async (context, { query }) => {
    const window = windowOf(context, query, '28d');
    const { options, explained } = hear(context, 'readBatches', query);
    const { service, syncType } = query;
    const found = await readBatches(context.reader, window, { service, syncType }, options);
    const { batches, truncated, warnings } = found;
    const n = batches.sizes.reduce((sum, { syncs }) => sum + syncs, 0);
    const told = explained(window, { unit: 'syncs', n });
    return {
      data: batches,
      meta: { ...metaOf(window, 'syncs', { truncated, warnings }), ...told },
    };
  },
};
