/** The columns of errors: their kinds, and what they have in common. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';
import type { Tone } from '../render/style.ts';

type Row = AnswerOf<'/api/v1/errors'>['data'][number];
export type ErrorGroup = Extract<Row, { readonly by: 'group' }>;
export type ErrorPart = Exclude<Row, ErrorGroup>;

export const ERROR_CATEGORIES = [
  'api',
  'database',
  'timeout',
  'auth',
  'rate_limit',
  'validation',
  'filesystem',
  'memory',
  'configuration',
  'dependency',
  'unknown',
] as const satisfies readonly ErrorGroup['category'][];

export const ERROR_PARTS = ['group', 'category', 'feature', 'component'] as const;

const NUMBERS = [
  {
    name: 'occurrences',
    title: 'times',
    kind: 'count',
    read: (row) => row.occurrences,
    rank: 100,
  },
  {
    name: 'trend',
    title: 'trend',
    kind: 'text',
    read: (row) => row.trend,
    rank: 96,
    tone: (row) => toneOfTrend(row.trend),
  },
  { name: 'before', title: 'before', kind: 'count', read: (row) => row.before, rank: 40 },
  { name: 'records', kind: 'count', read: (row) => row.records },
  { name: 'runs', kind: 'count', read: (row) => row.runs },
  { name: 'users', title: 'users', kind: 'count', read: (row) => row.users, rank: 70 },
  { name: 'sessions', kind: 'count', read: (row) => row.sessions },
  {
    name: 'features',
    title: 'features',
    kind: 'text',
    read: (row) => row.features.map(({ feature }) => feature).join(', '),
    rank: 50,
    cutTo: 24,
  },
  { name: 'traceId', title: 'trace', kind: 'text', read: (row) => row.traceId, rank: 20 },
] as const satisfies readonly Column<Row>[];

/** Kinds of errors; those with a title are shown to people. */
export const GROUP_COLUMNS: readonly Column<ErrorGroup>[] = [
  { name: 'title', title: 'error', kind: 'text', read: (row) => row.title, rank: 99, cutTo: 40 },
  { name: 'category', title: 'category', kind: 'text', read: (row) => row.category, rank: 97 },
  ...NUMBERS,
  {
    name: 'components',
    kind: 'text',
    read: (row) => row.components.map(({ component }) => component).join(', '),
  },
  { name: 'lastSeen', title: 'last seen', kind: 'second', read: (row) => row.lastSeen, rank: 90 },
  {
    name: 'firstSeen',
    title: 'first seen',
    kind: 'minute',
    read: (row) => row.firstSeen,
    rank: 45,
  },
  { name: 'spark', title: 'over time', kind: 'spark', read: (row) => row.spark, rank: 60 },
  { name: 'errorType', kind: 'text', read: (row) => row.errorType },
  { name: 'template', kind: 'text', read: (row) => row.template },
  { name: 'logSeq', kind: 'text', read: (row) => row.logSeq },
  { name: 'fingerprint', title: 'id', kind: 'text', read: (row) => row.fingerprint, rank: 30 },
  { name: 'object', kind: 'text', read: (row) => row.action.object },
  { name: 'action', kind: 'text', read: (row) => row.action.text },
];

/** What errors have in common. */
export const PART_COLUMNS: readonly Column<ErrorPart>[] = [
  { name: 'by', kind: 'text', read: (row) => row.by },
  {
    name: 'value',
    title: 'errors of',
    kind: 'text',
    read: (row) => row.value,
    rank: 99,
    cutTo: 30,
  },
  ...NUMBERS,
  { name: 'groups', title: 'kinds', kind: 'count', read: (row) => row.groups, rank: 80 },
  {
    name: 'topTitle',
    title: 'mostly',
    kind: 'text',
    read: (row) => row.topTitle,
    rank: 75,
    cutTo: 40,
  },
  { name: 'topObject', kind: 'text', read: (row) => row.topObject },
  { name: 'lastSeen', title: 'last seen', kind: 'second', read: (row) => row.lastSeen, rank: 90 },
  { name: 'firstSeen', kind: 'second', read: (row) => row.firstSeen },
  { name: 'spark', title: 'over time', kind: 'spark', read: (row) => row.spark, rank: 60 },
];

function toneOfTrend(trend: Row['trend']): Tone | undefined {
  if (trend === 'new' || trend === 'rising') return 'bad';
  return trend === 'falling' ? 'good' : undefined;
}
