/** `frequency`: how many runs and active intervals each one has. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';
import { ACTIVITY_FLAGS, groupColumn, toActivityQuery } from './activity-flags.ts';
import { printAnalytic } from './print-analytic.ts';

type Series = AnswerOf<'/api/v1/frequency'>['data'][number];
interface Row {
  readonly group: string | null;
  readonly of: 'runs' | 'intervals';
  readonly bin: Series['runs']['bins'][number];
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'of', title: 'of', kind: 'text', read: (row) => row.of, rank: 99 },
  { name: 'from', kind: 'count', read: ({ bin }) => bin.from },
  { name: 'to', kind: 'count', read: ({ bin }) => bin.to },
  { name: 'bin', title: 'how many', kind: 'text', read: ({ bin }) => textOf(bin), rank: 98 },
  { name: 'actors', title: 'who has', kind: 'count', read: ({ bin }) => bin.actors, rank: 97 },
  { name: 'share', title: 'share', kind: 'share', read: ({ bin }) => bin.share, rank: 96 },
];

export const showFrequency = defineCommand({
  examples: [
    ['heartwood frequency --since 28d', 'how often, and on how many days, each user came'],
    ['heartwood frequency --feature export --since 28d --by service', 'of one feature by service'],
  ],
  flags: ACTIVITY_FLAGS,
  run: async ({ flags, client, output, signal }) => {
    const answer = await client.get('/api/v1/frequency', { query: toActivityQuery(flags), signal });
    const rows = answer.data.flatMap(({ group, runs, intervals }) => [
      ...runs.bins.map((bin): Row => ({ group, of: 'runs', bin })),
      ...intervals.bins.map((bin): Row => ({ group, of: 'intervals', bin })),
    ]);
    const columns = [groupColumn<Row>(flags.by), ...COLUMNS];
    await printAnalytic(output, answer, columns, rows, answer.data.flatMap(describe));
  },
});

const textOf = ({ from, to }: Row['bin']): string =>
  to === null
    ? `${String(from)} and more`
    : from === to
      ? String(from)
      : `${String(from)} to ${String(to)}`;

function describe({ group, runs, intervals }: Series): string[] {
  if (runs.median === null || intervals.median === null) return [];
  const of = group === null ? '' : `${group}: `;
  const one = (value: number): string => String(Math.round(value * 10) / 10);
  return [
    `${of}median ${one(runs.median)}, mean ${one(runs.mean ?? 0)}, most ${showAmount(runs.max ?? 0, 'run')} each; median ${one(intervals.median)} of the intervals.`,
  ];
}
