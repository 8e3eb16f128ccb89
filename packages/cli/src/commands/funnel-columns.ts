/** The columns of funnels: of the list, and of the steps of one. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';

/** One funnel, as the API gives it. */
type FunnelRow = AnswerOf<'/api/v1/funnels'>['data'][number];
type Detail = AnswerOf<'/api/v1/funnels/{id}'>['data'];

/** A step of everybody or of one group. */
export type StepRow = Detail['steps'][number] & { readonly group: string | null };
/** A bucket of the trend of everybody or of one group. */
export type PointRow = NonNullable<Detail['trend']>[number];

/** All that a funnel of the definitions says. */
export const FUNNEL_COLUMNS: readonly Column<FunnelRow>[] = [
  { name: 'id', title: 'funnel', kind: 'text', read: (row) => row.id, rank: 100, cutTo: 24 },
  { name: 'title', title: 'title', kind: 'text', read: (row) => row.title, rank: 60, cutTo: 20 },
  { name: 'owner', kind: 'text', read: (row) => row.owner },
  { name: 'revision', kind: 'count', read: (row) => row.revision },
  { name: 'unit', title: 'of', kind: 'text', read: (row) => row.unit, rank: 90 },
  { name: 'order', title: 'order', kind: 'text', read: (row) => row.order, rank: 70 },
  {
    name: 'steps',
    title: 'steps',
    kind: 'text',
    read: (row) => row.steps.join(' > '),
    rank: 80,
    cutTo: 30,
  },
  { name: 'sentence', kind: 'text', read: (row) => row.sentence },
];

/** All that a step says. */
export const STEP_COLUMNS: readonly Column<StepRow>[] = [
  { name: 'group', title: 'group', kind: 'text', read: (row) => row.group, rank: 98, cutTo: 20 },
  {
    name: 'step',
    title: 'step',
    kind: 'text',
    read: (row) => (row.optional ? `${row.step} (optional)` : row.step),
    rank: 100,
    cutTo: 24,
  },
  { name: 'entered', kind: 'count', read: (row) => row.entered },
  { name: 'converted', title: 'did', kind: 'count', read: (row) => row.converted, rank: 99 },
  { name: 'rateAll', title: 'of all', kind: 'share', read: (row) => row.rateAll, rank: 95 },
  { name: 'rate', title: 'of those over', kind: 'share', read: (row) => row.rate, rank: 75 },
  {
    name: 'fromPrevious',
    title: 'of previous',
    kind: 'share',
    read: (row) => row.fromPrevious,
    rank: 80,
  },
  { name: 'dropOff', kind: 'share', read: (row) => row.dropOff },
  { name: 'dropped', title: 'lost', kind: 'count', read: (row) => row.dropped, rank: 85 },
  { name: 'immature', title: 'open', kind: 'count', read: (row) => row.immature, rank: 70 },
  {
    name: 'medianMs',
    title: 'median time',
    kind: 'duration',
    read: (row) => row.medianMs,
    rank: 65,
  },
  { name: 'meanMs', title: 'mean', kind: 'duration', read: (row) => row.meanMs, rank: 40 },
  { name: 'p90Ms', title: 'p90', kind: 'duration', read: (row) => row.p90Ms, rank: 50 },
  { name: 'userMs', title: 'user', kind: 'duration', read: (row) => row.userMs, rank: 30 },
  { name: 'systemMs', title: 'system', kind: 'duration', read: (row) => row.systemMs, rank: 35 },
];

/** All that a bucket of the trend says. */
export const POINT_COLUMNS: readonly Column<PointRow>[] = [
  { name: 'start', title: 'from', kind: 'minute', read: (row) => row.start, rank: 100 },
  { name: 'entered', title: 'entered', kind: 'count', read: (row) => row.entered, rank: 99 },
  { name: 'converted', title: 'converted', kind: 'count', read: (row) => row.converted, rank: 98 },
  { name: 'rateAll', title: 'of all', kind: 'share', read: (row) => row.rateAll, rank: 97 },
  { name: 'rate', title: 'of those over', kind: 'share', read: (row) => row.rate, rank: 96 },
  { name: 'immature', title: 'open', kind: 'count', read: (row) => row.immature, rank: 50 },
  {
    name: 'complete',
    title: 'complete',
    kind: 'text',
    read: (row) => (row.complete ? 'yes' : 'no'),
    rank: 40,
  },
];
