/** The list of operations that a stream of them tells: whole at first, then change by change. */
import type { StreamEventOf } from './call.ts';

/** An event of the stream of operations. */
export type OperationsEvent = StreamEventOf<'/api/v1/operations/stream'>;
/** An operation as the stream gives it. */
export type FollowedOperation = Extract<OperationsEvent, { event: 'operation' }>['data'][number];

/** What is known of the list. */
export interface FollowedOperations {
  /** The worst first, then those that began last, as the server orders them. */
  readonly operations: readonly FollowedOperation[];
  /** True when there may be more than were asked for. */
  readonly truncated: boolean;
}

/** The list after an event; undefined until the first snapshot. Events of other names change nothing. */
export function applyOperationsEvent(
  list: FollowedOperations | undefined,
  event: OperationsEvent,
): FollowedOperations | undefined {
  switch (event.event) {
    case 'snapshot':
      return { operations: event.data.data, truncated: event.data.meta.truncated };
    case 'operation':
      return list && { ...list, operations: merge(list.operations, event.data) };
    case 'gone': {
      const gone = new Set(event.data.map(({ id }) => id));
      return list && { ...list, operations: list.operations.filter(({ id }) => !gone.has(id)) };
    }
    // The snapshot that follows replaces the list; until then the old one is better than none.
    case 'reset':
    default:
      return list;
  }
}

function merge(
  before: readonly FollowedOperation[],
  changed: readonly FollowedOperation[],
): FollowedOperation[] {
  const byId = new Map(before.map((one) => [one.id, one]));
  for (const one of changed) byId.set(one.id, one);
  return [...byId.values()].toSorted(
    (a, b) => rankOf(a) - rankOf(b) || compare(b.startedAt, a.startedAt) || compare(a.id, b.id),
  );
}

const WORST_FIRST: readonly (string | null)[] = ['lost', 'stalled', 'slow', 'healthy', null];
const rankOf = ({ health }: FollowedOperation): number => WORST_FIRST.indexOf(health);
/** Instants of one form are ordered as their texts are. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
