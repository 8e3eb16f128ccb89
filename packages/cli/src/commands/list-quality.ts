/** `quality list`: what checks of data quality found when they last ran. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { printRows } from '../listing.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';
import { QUALITY_CHECKS, QUALITY_COLUMNS, QUALITY_RESULTS } from './quality-columns.ts';

type Row = AnswerOf<'/api/v1/quality'>['data'][number];

const COLUMNS: readonly Column<Row>[] = [
  ...QUALITY_COLUMNS,
  { name: 'at', title: 'run at', kind: 'minute', read: ({ at }) => at, rank: 20 },
  { name: 'run', kind: 'text', read: ({ run }) => run },
  { name: 'daily', kind: 'text', read: ({ daily }) => String(daily) },
];

export const listQuality = defineCommand({
  examples: [
    ['heartwood quality list', 'all results, worst first'],
    ['heartwood quality list --result fail', 'what failed'],
    ['heartwood quality list --check gap --to yesterday', 'as of a day ago'],
    [
      "heartwood quality list --check gap --json | jq '.data[].evidence'",
      'what it was seen by, and the SQL that ran',
    ],
  ],
  flags: {
    check: {
      kind: 'choice',
      value: 'CHECK',
      choices: QUALITY_CHECKS,
      doc: `Only results of this check: ${QUALITY_CHECKS.join(', ')}.`,
    },
    result: {
      kind: 'choice',
      value: 'RESULT',
      choices: QUALITY_RESULTS,
      doc: `Only these results: ${QUALITY_RESULTS.join(', ')}.`,
    },
    to: {
      kind: 'text',
      value: 'TIME',
      doc: 'As of which moment: ISO 8601, epoch milliseconds, today or yesterday. Default: now.',
    },
  },
  run: async ({ flags: { check, result, to }, client, output, signal }) => {
    const query = { check, result, to };
    const { data, meta } = await client.get('/api/v1/quality', { query, signal });
    await printRows(output, COLUMNS, data, meta);
    if (output.format === 'json' || output.format === 'ndjson') return;
    for (const warning of meta.warnings) output.warn(warning);
    output.note(
      data.length === 0
        ? 'No result of that kind. Checks run once a day, and now with: heartwood quality run'
        : `${showAmount(data.length, 'result')} of the last runs.`,
    );
  },
});
