/** What adoption says of each feature. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Column } from '../render/column.ts';

export type AdoptionRow = AnswerOf<'/api/v1/adoption'>['data'][number];

/** All that a feature says. */
export const ADOPTION_COLUMNS: readonly Column<AdoptionRow>[] = [
  {
    name: 'feature',
    title: 'feature',
    kind: 'text',
    read: (row) => row.feature,
    rank: 100,
    cutTo: 24,
  },
  { name: 'id', kind: 'text', read: (row) => row.id },
  {
    name: 'state',
    title: 'state',
    kind: 'text',
    read: (row) => row.state,
    rank: 95,
    tone: (row) => (row.state === 'used' ? undefined : 'middling'),
  },
  { name: 'unit', title: 'who', kind: 'text', read: (row) => row.unit, rank: 25 },
  { name: 'eligible', title: 'eligible', kind: 'count', read: (row) => row.eligible, rank: 70 },
  { name: 'exposed', title: 'shown', kind: 'count', read: (row) => row.exposed, rank: 30 },
  { name: 'tried', title: 'tried', kind: 'count', read: (row) => row.tried, rank: 98 },
  { name: 'repeated', title: 'again', kind: 'count', read: (row) => row.repeated, rank: 40 },
  { name: 'adopted', title: 'adopted', kind: 'count', read: (row) => row.adopted, rank: 97 },
  { name: 'retained', title: 'stayed', kind: 'count', read: (row) => row.retained, rank: 80 },
  { name: 'abandoned', title: 'left', kind: 'count', read: (row) => row.abandoned, rank: 81 },
  { name: 'breadth', title: 'breadth', kind: 'share', read: (row) => row.breadth, rank: 60 },
  {
    name: 'adoptionRate',
    title: 'adoption',
    kind: 'share',
    read: (row) => row.adoptionRate,
    rank: 96,
  },
  { name: 'retainedRate', kind: 'share', read: (row) => row.retainedRate },
  { name: 'abandonedRate', kind: 'share', read: (row) => row.abandonedRate },
  { name: 'viewToUse', title: 'of shown', kind: 'share', read: (row) => row.viewToUse, rank: 20 },
  { name: 'repeatRate', title: 'of tried', kind: 'share', read: (row) => row.repeatRate, rank: 21 },
  {
    name: 'runsPerWeek',
    title: 'runs a week',
    kind: 'score',
    read: (row) => row.runsPerWeek,
    rank: 50,
  },
  { name: 'timeToAdoptMs', kind: 'ms', read: (row) => row.timeToAdoptMs },
];

/** For people: days instead of the milliseconds that machines read. */
export const DAYS_TO_ADOPT: Column<AdoptionRow> = {
  name: 'daysToAdopt',
  title: 'days to adopt',
  kind: 'score',
  read: ({ timeToAdoptMs }) => (timeToAdoptMs === null ? null : timeToAdoptMs / 86_400_000),
  rank: 45,
};
