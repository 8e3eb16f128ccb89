/** `feedback`: what people answered about features. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import type { Column } from '../render/column.ts';
import { showCount } from '../render/number.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import { printAnalytic } from './print-analytic.ts';

type Row = AnswerOf<'/api/v1/feedback'>['data'][number];
type Scale = Row['scales'][number];
/** A row a feature and scale; one without a scale where no answer has a score. */
type Line = Omit<Row, 'scales'> & Partial<Omit<Scale, 'answers'>> & { readonly scored: number };

const COLUMNS: readonly Column<Line>[] = [
  {
    name: 'feature',
    title: 'feature',
    kind: 'text',
    read: (row) => row.feature,
    rank: 100,
    cutTo: 24,
  },
  { name: 'answers', title: 'answers', kind: 'count', read: (row) => row.answers, rank: 99 },
  {
    name: 'respondents',
    title: 'by users',
    kind: 'count',
    read: (row) => row.respondents,
    rank: 60,
  },
  { name: 'actors', title: 'of users', kind: 'count', read: (row) => row.actors, rank: 50 },
  {
    name: 'responseRate',
    title: 'response',
    kind: 'share',
    read: (row) => row.responseRate,
    rank: 70,
  },
  { name: 'scale', title: 'out of', kind: 'text', read: (row) => textOf(row.scale), rank: 90 },
  { name: 'scored', title: 'scored', kind: 'count', read: (row) => row.scored, rank: 40 },
  { name: 'mean', title: 'mean', kind: 'score', read: (row) => row.mean ?? null, rank: 95 },
  {
    name: 'trend',
    title: 'trend',
    kind: 'text',
    read: ({ trend = null, change }) =>
      trend === null || change === undefined || change === null
        ? null
        : `${trend} ${change > 0 ? '+' : ''}${change.toFixed(2)}`,
    rank: 65,
  },
  { name: 'nps', title: 'NPS', kind: 'count', read: ({ nps }) => roundOf(nps), rank: 55 },
  {
    name: 'distribution',
    title: 'points',
    kind: 'text',
    read: ({ distribution }) =>
      distribution
        ?.map(({ point, answers }) => `${String(point)}:${showCount(answers)}`)
        .join(' ') ?? null,
    rank: 30,
  },
];

const roundOf = (nps: number | null | undefined): number | null =>
  nps === null || nps === undefined ? null : Math.round(nps);

export const listFeedback = defineCommand({
  examples: [
    ['heartwood feedback --since 28d', 'answers of four weeks, most answered feature first'],
    ['heartwood feedback --feature checkout --since 12w', 'one feature, a row a scale'],
    ['heartwood feedback --since 28d --json --explain', 'with the SQL that ran'],
  ],
  flags: {
    ...ANALYTIC_FLAGS,
    feature: {
      kind: 'text',
      value: 'NAME',
      doc: 'Only answers about this feature; the exact name.',
    },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many features, at most 100. Default: 50.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { feature, limit = 50 } = flags;
    const query = { ...toAnalyticQuery(flags), feature, limit };
    const answer = await client.get('/api/v1/feedback', { query, signal });
    await printAnalytic(output, answer, COLUMNS, answer.data.flatMap(toLines));
  },
});

/** A scale may be 4.5. */
const textOf = (scale: number | undefined): string | null =>
  scale === undefined ? null : String(scale);

function toLines({ scales, ...row }: Row): Line[] {
  if (scales.length === 0) return [{ ...row, scored: 0 }];
  return scales.map(({ answers, ...scale }) => ({ ...row, ...scale, scored: answers }));
}
