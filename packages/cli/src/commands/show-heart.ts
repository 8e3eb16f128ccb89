/** `heart`: what is defined, or one with the number of each letter. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';
import { show } from './kpi-columns.ts';
import { printAnalytic } from './print-analytic.ts';

type Row = AnswerOf<'/api/v1/heart'>['data'][number];
type Letters = AnswerOf<'/api/v1/heart/{id}'>['data']['letters'];
type Line = Letters[keyof Letters] & { readonly letter: string };

/** Stands for no id: all of them. */
const ALL = '*';

export const showHeart = defineCommand({
  examples: [
    ['heartwood heart', 'which are defined, and what each letter is'],
    ['heartwood heart checkout --since 12w', 'the number of each letter, with its sample'],
    ['heartwood heart checkout --json --explain', 'with the SQL that ran'],
  ],
  argument: { noun: 'id of a HEART', value: 'id', preset: ALL },
  flags: {
    ...ANALYTIC_FLAGS,
    since: {
      ...ANALYTIC_FLAGS.since,
      doc: 'The time up to now, such as 28d or 12w. Default: 12w.',
    },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    if (argument === ALL) {
      const { data, meta } = await client.get('/api/v1/heart', { signal });
      await printRows(output, ROW_COLUMNS, data, meta);
      if (output.format === 'json' || output.format === 'ndjson') return;
      output.note(`${showAmount(meta.total, 'HEART')} of the definitions.`);
      return;
    }
    const params = { id: argument };
    const query = toAnalyticQuery(flags);
    const answer = await client.get('/api/v1/heart/{id}', { params, query, signal });
    const lines = Object.entries(answer.data.letters).map(([letter, report]): Line => ({
      letter,
      ...report,
    }));
    await printAnalytic(output, answer, LINE_COLUMNS, lines);
  },
});

const ROW_COLUMNS: readonly Column<Row>[] = [
  { name: 'id', title: 'id', kind: 'text', read: (row) => row.id, rank: 100 },
  { name: 'title', title: 'title', kind: 'text', read: (row) => row.title, rank: 80, cutTo: 20 },
  { name: 'owner', kind: 'text', read: (row) => row.owner },
  { name: 'revision', kind: 'count', read: (row) => row.revision },
  {
    name: 'features',
    title: 'features',
    kind: 'text',
    read: (row) => row.features.join(' '),
    rank: 90,
    cutTo: 30,
  },
  {
    name: 'letters',
    title: 'letters',
    kind: 'text',
    read: ({ letters }) =>
      Object.entries(letters)
        .filter(([, metric]) => metric !== null)
        .map(([letter]) => letter)
        .join(' '),
    rank: 95,
    cutTo: 60,
  },
];

const LINE_COLUMNS: readonly Column<Line>[] = [
  { name: 'letter', title: 'letter', kind: 'text', read: (line) => line.letter, rank: 100 },
  {
    name: 'state',
    title: 'state',
    kind: 'text',
    read: (line) => line.state.replace('_', ' '),
    rank: 60,
    tone: (line) => (line.state === 'defined' ? undefined : 'quiet'),
  },
  {
    name: 'value',
    title: 'value',
    kind: 'text',
    read: ({ value, format }) => show(value, format ?? 'number'),
    rank: 99,
  },
  { name: 'sample', title: 'of', kind: 'count', read: (line) => line.sample, rank: 98 },
  { name: 'unit', title: 'what', kind: 'text', read: (line) => line.unit, rank: 97 },
  {
    name: 'parts',
    title: 'made of',
    kind: 'text',
    read: (line) => writeParts(line) || null,
    rank: 55,
    cutTo: 120,
  },
  { name: 'goal', title: 'goal', kind: 'text', read: (line) => line.goal, rank: 50, cutTo: 40 },
  { name: 'signal', kind: 'text', read: (line) => line.signal },
  {
    name: 'metric',
    title: 'metric',
    kind: 'text',
    read: (line) => line.metric,
    rank: 20,
    cutTo: 60,
  },
  {
    name: 'complete',
    kind: 'text',
    read: ({ complete }) => (complete === null ? null : String(complete)),
  },
];

/** Those that are no list by score, feature or cohort: `succeeded 4, errorRate 20.0 %`. */
const writeParts = ({ parts }: Line): string =>
  parts
    .flatMap(({ part, value }) => {
      const text = part.includes(':') ? null : show(value, formatOf(part));
      return text === null ? [] : [`${part} ${text}`];
    })
    .join(', ');

/** By the end of a name, which says what its number is. */
function formatOf(part: string): 'percent' | 'duration' | 'number' {
  if (part.endsWith('Rate')) return 'percent';
  return part.endsWith('Ms') ? 'duration' : 'number';
}
