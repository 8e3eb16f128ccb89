/** `training schema`: columns of runs to learn from, and rules of labels. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import { MEANING, type Column } from '../render/column.ts';
import { TRAINING_FLAGS } from './training-flags.ts';

type Row = AnswerOf<'/api/v1/training/schema'>['data']['columns'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'name', title: 'column', kind: 'text', read: ({ name }) => name, rank: 100 },
  { name: 'known', title: 'known', kind: 'text', read: ({ known }) => known, rank: 99 },
  { name: 'type', title: 'type', kind: 'text', read: ({ type }) => type, rank: 90 },
  { name: 'unit', title: 'unit', kind: 'text', read: ({ unit }) => unit, rank: 80 },
  { name: 'nullable', kind: 'text', read: ({ nullable }) => String(nullable) },
  {
    name: 'values',
    title: 'values',
    kind: 'text',
    read: ({ values }) => values?.join(' ') ?? null,
    rank: 40,
    cutTo: 20,
  },
  MEANING,
];

export const showTraining = defineCommand({
  examples: [
    ['heartwood training schema', 'all columns, and when each was known'],
    ['heartwood training schema --json | jq ".data.rules"', 'the rules of labels'],
  ],
  flags: TRAINING_FLAGS,
  run: async ({ flags, client, output, signal }) => {
    const query = { labels: flags.labels };
    const { data, meta } = await client.get('/api/v1/training/schema', { query, signal });
    await printRows(output, COLUMNS, data.columns, meta, data);
    if (output.format === 'json') return;
    const rules = data.rules.map(({ label, version }) => `${label}@${String(version)}`);
    output.note(`Rules: ${rules.join(', ')}. --json tells them.`);
  },
});
