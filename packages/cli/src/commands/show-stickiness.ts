/** `stickiness`: in how many intervals each one was active, and how daily use stands to weekly and monthly. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import type { Column } from '../render/column.ts';
import { showCount, showShare } from '../render/number.ts';
import { ACTIVITY_FLAGS, groupColumn, toActivityQuery } from './activity-flags.ts';
import { printAnalytic } from './print-analytic.ts';

type Answer = AnswerOf<'/api/v1/stickiness'>;
type Step = Answer['data']['series'][number]['steps'][number];
type Row = Step & { readonly group: string | null };

const COLUMNS: readonly Column<Row>[] = [
  { name: 'intervals', title: 'intervals', kind: 'count', read: (row) => row.intervals, rank: 99 },
  { name: 'exactly', title: 'exactly', kind: 'count', read: (row) => row.exactly, rank: 98 },
  {
    name: 'exactlyShare',
    title: 'share',
    kind: 'share',
    read: (row) => row.exactlyShare,
    rank: 90,
  },
  { name: 'atLeast', title: 'at least', kind: 'count', read: (row) => row.atLeast, rank: 97 },
  {
    name: 'atLeastShare',
    title: 'share',
    kind: 'share',
    read: (row) => row.atLeastShare,
    rank: 89,
  },
];

export const showStickiness = defineCommand({
  examples: [
    ['heartwood stickiness --since 14d', 'on how many of 14 days each user came, DAU and MAU'],
    ['heartwood stickiness --event any --unit session --since 28d', 'of events, by session'],
    ['heartwood stickiness --since 28d --json | jq .data.days', 'daily, 7-day and 28-day numbers'],
  ],
  flags: ACTIVITY_FLAGS,
  run: async ({ flags, client, output, signal }) => {
    const query = toActivityQuery(flags);
    const answer = await client.get('/api/v1/stickiness', { query, signal });
    const rows = answer.data.series.flatMap(({ group, steps }) =>
      steps.map((step): Row => ({ group, ...step })),
    );
    const columns = [groupColumn<Row>(flags.by), ...COLUMNS];
    await printAnalytic(output, answer, columns, rows, describe(answer));
  },
});

function describe({ data: { ratios, days } }: Answer): string[] {
  const day = days.find(({ start }) => start === ratios.day);
  if (day === undefined) return [];
  const share = (value: number | null): string => (value === null ? 'none' : showShare(value));
  return [
    `Last day that is over: ${showCount(day.dau)} active, ${showCount(day.wau)} in 7 days, ${day.complete ? `${showCount(day.mau)} in 28` : 'not all of 28 kept'}; DAU/WAU ${share(ratios.dauWau)}, DAU/MAU ${share(ratios.dauMau)}, WAU/MAU ${share(ratios.wauMau)}; on 5 of 7 days or more: ${share(ratios.fiveOfSeven)}.`,
  ];
}
