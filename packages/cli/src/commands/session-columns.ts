/** The columns of sessions, and the flags that narrow them. */
import type { AnswerOf } from '@heartwood/api/client';
import type { FlagTable, FlagValues } from '../flag.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import type { Tone } from '../render/style.ts';

/** One session, as the API gives it. */
export type SessionRow = AnswerOf<'/api/v1/sessions'>['data'][number];

const SESSION_STATES = [
  'active',
  'paused',
  'ended',
  'abandoned',
] as const satisfies readonly SessionRow['state'][];

const SESSION_KINDS = ['work', 'visit', 'run'] as const satisfies readonly SessionRow['kind'][];

/** What narrows sessions. */
export const SESSION_FLAGS = {
  ...RANGE_FLAGS,
  since: {
    ...RANGE_FLAGS.since,
    doc: 'The time up to now, such as 24h, 7d or 4w. Default: 7d.',
  },
  component: { kind: 'text', value: 'NAME', doc: 'Only work on this component.' },
  service: { kind: 'text', value: 'NAME', doc: 'Only sessions that this service tells of.' },
  user: { kind: 'text', value: 'HASH', doc: 'Only sessions of this user.' },
  kind: {
    kind: 'choice',
    value: 'KIND',
    choices: SESSION_KINDS,
    doc: `Only sessions of this kind: ${SESSION_KINDS.join(', ')} (of a process).`,
  },
  state: {
    kind: 'choice',
    value: 'STATE',
    choices: SESSION_STATES,
    doc: `Only sessions in this state: ${SESSION_STATES.join(', ')}.`,
  },
  ci: { kind: 'switch', doc: 'Only sessions that a build server runs.' },
} as const satisfies FlagTable;

/** The query of these flags. */
export function toSessionQuery(flags: FlagValues<typeof SESSION_FLAGS>) {
  const { component, service, user, kind, state, ci } = flags;
  return { ...toRangeQuery(flags), component, service, user, kind, state, ci };
}

export const SESSION_COLUMNS: readonly Column<SessionRow>[] = [
  { name: 'id', title: 'session', kind: 'text', read: ({ id }) => id, rank: 100 },
  { name: 'kind', title: 'kind', kind: 'text', read: ({ kind }) => kind, rank: 70 },
  {
    name: 'component',
    title: 'component',
    kind: 'text',
    read: ({ component }) => component,
    rank: 95,
  },
  {
    name: 'state',
    title: 'state',
    kind: 'text',
    read: ({ state }) => state,
    rank: 99,
    tone: ({ state }) => toneOfSession(state),
  },
  {
    name: 'startedAt',
    title: 'started',
    kind: 'minute',
    read: ({ startedAt }) => startedAt,
    rank: 90,
  },
  { name: 'endedAt', kind: 'second', read: ({ endedAt }) => endedAt },
  { name: 'lastSeenAt', kind: 'second', read: ({ lastSeenAt }) => lastSeenAt },
  { name: 'durationMs', kind: 'duration', read: ({ durationMs }) => durationMs },
  {
    name: 'activeMs',
    title: 'active',
    kind: 'duration',
    read: ({ activeMs }) => activeMs,
    rank: 85,
  },
  {
    name: 'pausedMs',
    title: 'paused',
    kind: 'duration',
    read: ({ pausedMs }) => pausedMs,
    rank: 60,
  },
  { name: 'pauseCount', kind: 'count', read: ({ pauseCount }) => pauseCount },
  { name: 'runs', title: 'runs', kind: 'count', read: ({ runs }) => runs, rank: 80 },
  {
    name: 'failed',
    title: 'failed',
    kind: 'count',
    read: ({ failed }) => failed,
    rank: 82,
    tone: ({ failed }) => (failed > 0 ? 'bad' : undefined),
  },
  { name: 'events', title: 'events', kind: 'count', read: ({ events }) => events, rank: 40 },
  { name: 'errors', title: 'errors', kind: 'count', read: ({ errors }) => errors, rank: 81 },
  { name: 'service', title: 'service', kind: 'text', read: ({ service }) => service, rank: 50 },
  { name: 'user', kind: 'text', read: ({ user }) => user },
  { name: 'previousId', kind: 'text', read: ({ previousId }) => previousId },
  { name: 'reason', title: 'why', kind: 'text', read: ({ reason }) => reason, rank: 55, cutTo: 20 },
  { name: 'metadata', kind: 'text', read: ({ metadata }) => JSON.stringify(metadata) },
  { name: 'gaps', kind: 'count', read: ({ gaps }) => gaps },
  { name: 'notes', kind: 'text', read: ({ notes }) => notes.join(' ') },
];

export function toneOfSession(state: SessionRow['state']): Tone | undefined {
  if (state === 'abandoned') return 'bad';
  if (state === 'paused') return 'middling';
  return state === 'ended' ? 'good' : undefined;
}
