/** Sessions: all of a range, their sums, and one with its history. */
import {
  msToInstant,
  readSession,
  readSessionReport,
  readSessions,
  readSessionSummary,
  toJunit,
  toMarkdown,
} from '@heartwood/kpi';
import type { SESSION_ROUTES } from '../contract/routes/session.ts';
import { metaOf, windowOf, type HandlersOf } from './context.ts';
import { hear } from './explain-plain.ts';

export const sessionHandlers: HandlersOf<typeof SESSION_ROUTES> = {
  /** `GET /api/v1/sessions` */
  listSessions: async (context, { query }) => {
    const window = windowOf(context, query, '7d');
    const { limit, cursor } = query;
    const { reader, options } = context;
    const page = { ...options, limit, cursor };
    const { rows, nextCursor, warnings } = await readSessions(
      reader,
      window,
      filterOf(query),
      page,
    );
    const meta = metaOf(window, 'sessions', { truncated: nextCursor !== null, warnings });
    return { data: rows, meta: { ...meta, nextCursor } };
  },
  /** `GET /api/v1/sessions/summary` */
  summarizeSessions: async (context, { query }) => {
    const window = windowOf(context, query, '7d');
    const { options, explained } = hear(context, 'summarizeSessions', query);
    const { summary, truncated, warnings } = await readSessionSummary(
      context.reader,
      window,
      filterOf(query),
      options,
    );
    const told = explained(window, { unit: 'sessions', n: summary.sessions });
    const meta = { ...metaOf(window, 'sessions', { truncated, warnings }), ...told };
    return { data: summary, meta };
  },
  /** `GET /api/v1/sessions/report` */
  reportSessions: async (context, { query }) => {
    const window = windowOf(context, query, '7d');
    const { options, explained } = hear(context, 'reportSessions', query);
    const { session, format, limit } = query;
    const { report, runs, truncated, warnings } = await readSessionReport(
      context.reader,
      window,
      { ...filterOf(query), session },
      { ...options, limit },
    );
    const text = { json: () => null, md: toMarkdown, junit: toJunit }[format](report);
    const told = explained(window, { unit: 'runs', n: runs });
    const meta = { ...metaOf(window, 'runs', { truncated, warnings }), ...told };
    return { data: { ...report, text }, meta };
  },
  /** `GET /api/v1/sessions/{id}` */
  readSession: async ({ reader, nowMs, options }, { params: { id } }) => ({
    data: await readSession(reader, id, { ...options, nowMs }),
    meta: { at: msToInstant(nowMs) },
  }),
};

type Query = Parameters<(typeof sessionHandlers)['listSessions']>[1]['query'];

const filterOf = ({
  kind,
  state,
  component,
  service,
  user,
  ci,
}: Pick<Query, 'kind' | 'state' | 'component' | 'service' | 'user' | 'ci'>) => ({
  kind,
  state,
  component,
  service,
  user,
  isCi: ci === 'true',
});
