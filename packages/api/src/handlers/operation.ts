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
import { RequestError } from '../errors.ts';
import { OperationChannel } from '../live/operation-channel.ts';
import { metaOf, windowOf, type Context, type HandlersOf } from './context.ts';
import { liveOf, toOperation } from './operation-answer.ts';

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
  /** `GET /api/v1/operations/stream` */
  followOperations: (context, { query, resume }) => {
    const { id: ids, state = UNDER_WAY, limit, lastEventId: _resume, ...filter } = query;
    const board = boardOf(context);
    if (board === undefined)
      throw new RequestError('NOT_READY', { reasons: 'no operations are followed here' });
    return new OperationChannel(board, { filter: { ...filter, ids, state }, limit }, resume);
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

/** What is followed unless states are asked for. */
const UNDER_WAY = ['running', 'paused', 'lost'] as const;

const boardOf = ({ system }: Context): OperationBoard | undefined => system.operations;
