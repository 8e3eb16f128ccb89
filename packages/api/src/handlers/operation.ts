/** Operations: those under way from memory, those that are over from the store. */
import {
  msToInstant,
  nsToInstant,
  readOperation,
  readOperationEvents,
  readOperations,
  type OperationBoard,
} from '@heartwood/kpi';
import type { OPERATION_ROUTES } from '../contract/routes/operation.ts';
import { metaOf, windowOf, type Context, type HandlersOf } from './context.ts';

export const operationHandlers: HandlersOf<typeof OPERATION_ROUTES> = {
  /** `GET /api/v1/operations` */
  listOperations: async (context, { query }) => {
    const window = windowOf(context, query, '7d');
    const { limit, cursor, from: _from, to: _to, since: _since, timeZone: _zone, ...named } = query;
    const { reader, nowMs, options } = context;
    const board = boardOf(context);
    const page = { ...options, limit, cursor, nowMs };
    const { rows, nextCursor, warnings } = await readOperations(reader, board, window, named, page);
    const truncated = nextCursor !== null || warnings.length > 0;
    const meta = metaOf(window, 'operations', { truncated, warnings });
    return { data: rows.map(toOperation), meta: { ...meta, nextCursor, live: liveOf(board) } };
  },
  /** `GET /api/v1/operations/{id}` */
  readOperation: async (context, { params: { id } }) => {
    const { reader, nowMs, options } = context;
    const operation = await readOperation(reader, boardOf(context), id, { ...options, nowMs });
    return { data: toOperation(operation), meta: { at: msToInstant(nowMs) } };
  },
  /** `GET /api/v1/operations/{id}/events` */
  listOperationEvents: async (context, { params: { id }, query: { limit, cursor } }) => {
    const { reader, nowMs, options } = context;
    const page = { ...options, nowMs, limit, cursor };
    const { rows, from, to, nextCursor } = await readOperationEvents(
      reader,
      boardOf(context),
      id,
      page,
    );
    const range = { from: nsToInstant(from), to: nsToInstant(to) };
    const truncated = nextCursor !== null;
    return { data: [...rows], meta: { ...range, unit: 'events', truncated, nextCursor } };
  },
};

const boardOf = ({ system }: Context): OperationBoard | undefined => system.operations;

type Report = Awaited<ReturnType<typeof readOperation>>;

const toOperation = ({ notes, ...report }: Report) => ({ ...report, notes: [...notes] });

function liveOf(board: OperationBoard | undefined) {
  const { healthy = 0, slow = 0, stalled = 0, lost = 0, paused = 0 } = board?.counts() ?? {};
  return { running: healthy + slow + stalled, paused, slow, stalled, lost };
}
