/** `funnels list`: the funnels of the definitions. */
import { defineCommand } from '../command.ts';
import { showAmount } from '../render/number.ts';
import { csvHead, csvLine } from '../render/csv.ts';
import { toTable } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { markdownTable } from '../render/markdown.ts';
import { drawTable } from '../render/table.ts';
import { noteLeftOut } from '../listing.ts';
import { FUNNEL_COLUMNS } from './funnel-columns.ts';

export const listFunnels = defineCommand({
  examples: [
    ['heartwood funnels list', 'the funnels that the definitions of the server hold'],
    ['heartwood funnels list --json | jq -r ".data[].sentence"', 'what each counts, in words'],
  ],
  flags: {},
  run: async ({ client, output, signal }) => {
    const { data, meta } = await client.get('/api/v1/funnels', { signal });
    switch (output.format) {
      case 'json': {
        await output.write(`${toJson({ data, meta, warnings: [] }, 2)}\n`);
        return;
      }
      case 'ndjson': {
        await output.write(data.map((row) => `${toJson(row)}\n`).join(''));
        return;
      }
      case 'csv': {
        await output.write(
          csvHead(FUNNEL_COLUMNS) + data.map((row) => csvLine(FUNNEL_COLUMNS, row)).join(''),
        );
        return;
      }
      case 'md':
      case 'table': {
        const table = toTable(FUNNEL_COLUMNS, data, output.view, 'UTC');
        const { lines, leftOut } =
          output.format === 'md'
            ? { lines: markdownTable(table), leftOut: [] }
            : drawTable(table, output.view);
        if (data.length > 0) await output.write(`${lines.join('\n')}\n`);
        noteLeftOut(output, leftOut);
        break;
      }
      default: {
        output.format satisfies never;
      }
    }
    output.note(`${showAmount(meta.total, 'funnel')} in the definitions of the server.`);
    const [first] = data;
    if (first !== undefined) output.hint(`heartwood funnels show ${first.id} --since 7d`);
  },
});
