/** `paths`: what is done in the next steps after something, or in the last ones before it. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { printAnalytic } from './print-analytic.ts';

type Transition = AnswerOf<'/api/v1/paths'>['data']['transitions'][number];

const COLUMNS: readonly Column<Transition>[] = [
  { name: 'depth', title: 'step', kind: 'count', read: (row) => row.depth, rank: 99 },
  { name: 'from', title: 'from', kind: 'text', read: (row) => row.from, rank: 97, cutTo: 32 },
  { name: 'to', title: 'to', kind: 'text', read: (row) => row.to, rank: 100, cutTo: 32 },
  { name: 'paths', title: 'paths', kind: 'count', read: (row) => row.paths, rank: 98 },
  { name: 'actors', title: 'by', kind: 'count', read: (row) => row.actors, rank: 80 },
  {
    name: 'shareOfFrom',
    title: 'of from',
    kind: 'share',
    read: (row) => row.shareOfFrom,
    rank: 90,
  },
  { name: 'share', title: 'of all', kind: 'share', read: (row) => row.share, rank: 70 },
];

export const showPaths = defineCommand({
  examples: [
    ['heartwood paths --after checkout --since 7d', 'what is done in the next three steps'],
    ['heartwood paths --before event:order_placed --depth 1', 'what leads to an event'],
    ['heartwood paths --after checkout --json --explain', 'with the SQL that ran'],
  ],
  flags: {
    ...ANALYTIC_FLAGS,
    after: {
      kind: 'text',
      value: 'WHAT',
      doc: 'What is done after this: feature:<name>, event:<name> or the name of a feature.',
    },
    before: { kind: 'text', value: 'WHAT', doc: 'What is done before this. Instead of --after.' },
    steps: {
      kind: 'choice',
      value: 'KIND',
      choices: ['all', 'features', 'events'],
      doc: 'What counts as a step: all, features or events. Default: all.',
    },
    unit: {
      kind: 'choice',
      value: 'UNIT',
      choices: ['user', 'session'],
      doc: 'Whose paths: user (session where the user is unknown) or session. Default: user.',
    },
    depth: { kind: 'count', value: 'STEPS', doc: 'How many steps, at most 5. Default: 3.' },
    top: {
      kind: 'count',
      value: 'STEPS',
      doc: 'How many steps of a depth before the rest becomes $other, at most 50. Default: 10.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { after, before, steps, unit, depth, top } = flags;
    const query = { ...toAnalyticQuery(flags), after, before, steps, unit, depth, top };
    const answer = await client.get('/api/v1/paths', { query, signal });
    const order = answer.data.transitions.toSorted((a, b) => a.depth - b.depth);
    await printAnalytic(output, answer, COLUMNS, order);
  },
});
