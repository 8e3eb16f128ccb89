/** `config show`: the settings of the server that is asked, with where each comes from. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import { MEANING, type Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/config'>['data'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'name', title: 'setting', kind: 'text', read: ({ name }) => name, rank: 100 },
  {
    name: 'value',
    title: 'value',
    kind: 'text',
    read: ({ value }) => value,
    rank: 99,
    tone: ({ origin }) => (origin === 'env' ? 'link' : undefined),
  },
  { name: 'origin', title: 'from', kind: 'text', read: ({ origin }) => origin, rank: 90 },
  MEANING,
];

export const showConfig = defineCommand({
  examples: [
    ['heartwood config show', 'every setting of the server; tokens are never shown'],
    ['heartwood config show --json | jq \'.data[] | select(.origin == "env")\'', 'what was set'],
  ],
  flags: {},
  run: async ({ client, output, url, signal }) => {
    const { data, meta } = await client.get('/api/v1/config', { signal });
    await printRows(output, COLUMNS, data, { ...meta, url });
    if (output.format === 'json' || output.format === 'ndjson') return;
    const given = data.filter(({ origin }) => origin === 'env').length;
    output.note(
      `${showAmount(data.length, 'setting')} of ${url}, ${String(given)} from its environment.`,
    );
  },
});
