/** `retention list`: retention tables of the definitions. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/retention'>['data'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'id', title: 'id', kind: 'text', read: (row) => row.id, rank: 100 },
  { name: 'title', title: 'title', kind: 'text', read: (row) => row.title, rank: 90, cutTo: 20 },
  { name: 'owner', kind: 'text', read: (row) => row.owner },
  { name: 'revision', kind: 'count', read: (row) => row.revision },
  { name: 'unit', title: 'unit', kind: 'text', read: (row) => row.unit, rank: 80 },
  { name: 'period', title: 'period', kind: 'text', read: (row) => row.period, rank: 85 },
  {
    name: 'sentence',
    title: 'what',
    kind: 'text',
    read: (row) => row.sentence,
    rank: 10,
    cutTo: 30,
  },
];

export const listRetention = defineCommand({
  examples: [['heartwood retention list', 'which tables are defined']],
  flags: {},
  run: async ({ client, output, signal }) => {
    const { data, meta } = await client.get('/api/v1/retention', { signal });
    await printRows(output, COLUMNS, data, meta);
    if (output.format === 'json' || output.format === 'ndjson') return;
    output.note(`${showAmount(meta.total, 'retention table')} of the definitions.`);
  },
});
