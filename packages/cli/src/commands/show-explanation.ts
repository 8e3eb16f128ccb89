/** `explain`: how the numbers of an answer of the API came about. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { printReport } from '../print-report.ts';
import { clean } from '../render/clean.ts';
import { toJson } from '../render/json.ts';
import { type Fact, type Part } from '../render/report.ts';

type Data = AnswerOf<'/api/v1/explain'>['data'];

export const showExplanation = defineCommand({
  examples: [
    ["heartwood explain '/api/v1/features?since=7d'", 'definition, SQL and command of the table'],
    ['heartwood explain features/checkout', 'of one feature in the last 24 hours'],
    ["heartwood explain '/api/v1/stickiness?since=28d' --json", 'for a script'],
  ],
  argument: { noun: 'path of the API', value: 'path' },
  flags: { format: formatFlag(['table', 'json', 'ndjson', 'md']) },
  run: async ({ argument, client, output, signal }) => {
    const path = argument.startsWith('/') ? argument : `/api/v1/${argument}`;
    const { data, meta } = await client.get('/api/v1/explain', { query: { path }, signal });
    if (output.format === 'json')
      return await output.write(`${toJson({ data, meta, warnings: [] }, 2)}\n`);
    if (output.format === 'ndjson') return await output.write(`${toJson(data)}\n`);
    const parts = partsOf(data);
    await printReport(output, meta.path, parts);
    if (output.format === 'md') return;
    // SQL is there to be copied: it is not broken at the width of the terminal.
    for (const { name, sql, params } of data.statements)
      await output.write(
        `\n-- ${clean(name)} ${clean(toJson(params))}\n${sql.split('\n').map(clean).join('\n')}\n`,
      );
  },
});

function partsOf(data: Data): Part[] {
  const { definition, sampleSize, statements } = data;
  const text = (value: string): { text: string } => ({ text: value });
  const named = [definition.kind, ...(definition.id === null ? [] : [definition.id])].join(' ');
  const revision = definition.revision === null ? '' : `, revision ${String(definition.revision)}`;
  const source =
    definition.source === null
      ? ''
      : `, ${definition.source.file}:${String(definition.source.line)}`;
  const facts: Fact[] = [
    ['definition', text(`${named}${revision}${source}`)],
    ['filters', text(Object.keys(data.filters).length === 0 ? 'none' : toJson(data.filters))],
    ['unit', text(data.unit)],
    ['range', text(`${data.from} to ${data.to}, ${data.timeZone}`)],
    ['watermark', text(data.watermark)],
    ['completeness', text(data.completeness)],
    ['sampling', text(data.sampling)],
    ['made of', text(`${String(sampleSize.n)} ${sampleSize.unit}`)],
    ['command', text(data.command)],
    ...statements.map(({ name, elapsedMs, rows }): Fact => [
      `SQL: ${name}`,
      text(`${String(rows)} rows in ${elapsedMs.toFixed(1)} ms`),
    ]),
  ];
  return [
    { kind: 'lines', title: 'Counted', lines: [data.sentence] },
    { kind: 'facts', title: 'How', facts },
  ];
}
