/** `lifecycle`: who is new, returning, resurrecting and dormant in each interval. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import type { Column } from '../render/column.ts';
import { ACTIVITY_FLAGS, groupColumn, toActivityQuery } from './activity-flags.ts';
import { printAnalytic } from './print-analytic.ts';

type Series = AnswerOf<'/api/v1/lifecycle'>['data'][number];
type Row = Series['points'][number] & { readonly group: string | null };

const COLUMNS: readonly Column<Row>[] = [
  { name: 'start', title: 'from', kind: 'minute', read: (row) => row.start, rank: 99 },
  { name: 'end', kind: 'minute', read: (row) => row.end },
  {
    name: 'complete',
    title: 'complete',
    kind: 'text',
    read: (row) => (row.complete ? 'yes' : 'no'),
    rank: 10,
  },
  { name: 'new', title: 'new', kind: 'count', read: (row) => row.new, rank: 98 },
  { name: 'returning', title: 'returning', kind: 'count', read: (row) => row.returning, rank: 97 },
  {
    name: 'resurrecting',
    title: 'resurrecting',
    kind: 'count',
    read: (row) => row.resurrecting,
    rank: 96,
  },
  { name: 'dormant', title: 'dormant', kind: 'count', read: (row) => row.dormant, rank: 95 },
];

export const showLifecycle = defineCommand({
  examples: [
    ['heartwood lifecycle --since 28d', 'who came, stayed and left, day by day'],
    ['heartwood lifecycle --feature checkout --interval 1w --since 12w', 'of one feature by week'],
  ],
  flags: ACTIVITY_FLAGS,
  run: async ({ flags, client, output, signal }) => {
    const answer = await client.get('/api/v1/lifecycle', { query: toActivityQuery(flags), signal });
    const rows = answer.data.flatMap(({ group, points }) =>
      points.map((point): Row => ({ group, ...point })),
    );
    await printAnalytic(output, answer, [groupColumn<Row>(flags.by), ...COLUMNS], rows);
  },
});
