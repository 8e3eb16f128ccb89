/** The columns of operations. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';
import { showNumber } from '../render/number.ts';
import type { Tone } from '../render/style.ts';

/** One operation, as the API gives it. */
export type OperationRow = AnswerOf<'/api/v1/operations'>['data'][number];

export const OPERATION_HEALTHS = [
  'healthy',
  'slow',
  'stalled',
  'lost',
] as const satisfies readonly (OperationRow['health'] | null)[];

export const OPERATION_STATES = [
  'running',
  'paused',
  'ended',
  'lost',
] as const satisfies readonly OperationRow['state'][];

/** All that a list says; those with a title are shown to people. */
export const OPERATION_COLUMNS: readonly Column<OperationRow>[] = [
  { name: 'id', title: 'operation', kind: 'text', read: ({ id }) => id, rank: 100 },
  { name: 'feature', title: 'feature', kind: 'text', read: ({ feature }) => feature, rank: 95 },
  {
    name: 'state',
    title: 'state',
    kind: 'text',
    read: (row) => wordOf(row),
    rank: 99,
    tone: (row) => toneOfOperation(row),
  },
  { name: 'health', kind: 'text', read: ({ health }) => health },
  { name: 'status', kind: 'text', read: ({ status }) => status },
  { name: 'done', title: 'done', kind: 'text', read: (row) => countOf(row), rank: 80 },
  {
    name: 'fraction',
    title: 'share',
    kind: 'share',
    read: ({ fraction }) => fraction,
    rank: 90,
  },
  {
    name: 'etaMs',
    title: 'left',
    kind: 'duration',
    read: ({ eta }) => eta?.ms ?? null,
    rank: 85,
  },
  { name: 'activeMs', title: 'active', kind: 'duration', read: (row) => row.activeMs, rank: 75 },
  { name: 'silentMs', kind: 'duration', read: ({ silentMs }) => silentMs },
  {
    name: 'startedAt',
    title: 'started',
    kind: 'minute',
    read: ({ startedAt }) => startedAt,
    rank: 60,
  },
  { name: 'endedAt', kind: 'second', read: ({ endedAt }) => endedAt },
  { name: 'reason', title: 'why', kind: 'text', read: ({ reason }) => reason, rank: 97, cutTo: 30 },
  {
    name: 'message',
    title: 'message',
    kind: 'text',
    read: ({ message }) => message,
    rank: 50,
    cutTo: 20,
  },
  { name: 'service', title: 'service', kind: 'text', read: ({ service }) => service, rank: 40 },
  { name: 'component', kind: 'text', read: ({ component }) => component },
  { name: 'host', kind: 'text', read: ({ host }) => host },
  { name: 'pid', kind: 'count', read: ({ pid }) => pid },
  { name: 'parentId', kind: 'text', read: ({ parentId }) => parentId },
  { name: 'session', kind: 'text', read: ({ session }) => session },
  { name: 'traceId', kind: 'text', read: ({ traceId }) => traceId },
  { name: 'errorType', kind: 'text', read: ({ errorType }) => errorType },
  { name: 'notes', kind: 'text', read: ({ notes }) => notes.join(' ') },
];

/** The one word that says most: how it ended, else what is wrong, else its state. */
export const wordOf = ({ state, status, health }: OperationRow): string =>
  status ?? (health === null || health === 'healthy' ? state : health);

export function toneOfOperation(row: OperationRow): Tone | undefined {
  const { state, status, health } = row;
  if (status === 'success') return 'good';
  if (status === 'failed' || status === 'timeout' || state === 'lost') return 'bad';
  if (status !== null || health === 'slow') return 'middling';
  return health === 'stalled' ? 'bad' : undefined;
}

/** How much of how much is done, with the unit. */
export function countOf({ current, total, totalIsEstimate, unit }: OperationRow): string | null {
  if (current === null && total === null) return null;
  const of = total === null ? '' : ` of ${totalIsEstimate ? 'about ' : ''}${showNumber(total)}`;
  return `${showNumber(current ?? 0)}${of}${unit === null ? '' : ` ${unit}`}`;
}
