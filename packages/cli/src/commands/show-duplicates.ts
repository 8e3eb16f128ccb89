/** `entries duplicates`: how often database operations met a duplicate. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope, printList } from '../listing.ts';
import { printReport } from '../print-report.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import { toTable, type Column } from '../render/column.ts';
import { showAmount, showCount, showShare } from '../render/number.ts';
import { type Part } from '../render/report.ts';
import type { View } from '../render/style.ts';

type Data = AnswerOf<'/api/v1/entries/duplicates'>['data'];
type Counted = Pick<Data, 'operations' | 'duplicates' | 'share' | 'low' | 'high'>;

export const showDuplicates = defineCommand({
  examples: [
    ['heartwood entries duplicates', 'a week, by operation, day and whom they were about'],
    ['heartwood entries duplicates --since 28d --service crm --json', 'for a script'],
  ],
  flags: {
    ...RANGE_FLAGS,
    since: {
      ...RANGE_FLAGS.since,
      doc: 'The time up to now, such as 24h or 7d. Default: 7d.',
    },
    service: { kind: 'text', value: 'NAME', doc: 'Only entries sent by this service.' },
    session: { kind: 'text', value: 'ID', doc: 'Only entries of this session.' },
  },
  run: async ({ flags, client, output, signal }) => {
    const { service, session } = flags;
    const query = { ...toRangeQuery(flags), service, session };
    const { data, meta } = await client.get('/api/v1/entries/duplicates', { query, signal });
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    if (output.format === 'csv' || output.format === 'ndjson') {
      await printList(output, BY_OPERATION, [{ data: data.byOperation, meta }]);
      return;
    }
    const parts = partsOf(data, output.view, meta.timeZone);
    await printReport(output, 'Duplicates', parts);
    for (const warning of meta.warnings) output.warn(warning);
    output.note(`${showAmount(data.operations, 'operation')} from ${describeRange(meta)}.`);
  },
});

function partsOf(data: Data, view: View, timeZone: string): Part[] {
  const { duplicates, operations, share, low, high } = data;
  const bounds = low === null || high === null ? '' : `, ${showShare(low)} to ${showShare(high)}`;
  const said =
    share === null
      ? view.symbols.none
      : `${showCount(duplicates)} of ${showCount(operations)}, ${showShare(share)}${bounds}`;
  const parts: Part[] = [{ kind: 'facts', title: 'All', facts: [['duplicates', { text: said }]] }];
  const add = <Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[]): void => {
    if (rows.length > 0)
      parts.push({ kind: 'table', title, table: toTable(columns, rows, view, timeZone) });
  };
  add('By operation', BY_OPERATION, data.byOperation);
  add('By day', BY_DAY, data.byDay);
  add('By whom', BY_LEAD, data.byLead);
  return parts;
}

const COUNTS = [
  {
    name: 'operations',
    title: 'operations',
    kind: 'count',
    read: (row: Counted) => row.operations,
    rank: 90,
  },
  {
    name: 'duplicates',
    title: 'duplicates',
    kind: 'count',
    read: (row: Counted) => row.duplicates,
    rank: 95,
  },
  { name: 'share', title: 'share', kind: 'share', read: (row: Counted) => row.share, rank: 94 },
  { name: 'low', title: 'at least', kind: 'share', read: (row: Counted) => row.low, rank: 60 },
  { name: 'high', title: 'at most', kind: 'share', read: (row: Counted) => row.high, rank: 61 },
] as const;

const BY_OPERATION: readonly Column<Data['byOperation'][number]>[] = [
  {
    name: 'operation',
    title: 'operation',
    kind: 'text',
    read: ({ operation }) => operation,
    rank: 99,
  },
  ...COUNTS,
];
const BY_DAY: readonly Column<Data['byDay'][number]>[] = [
  { name: 'start', title: 'from', kind: 'minute', read: ({ start }) => start, rank: 99 },
  ...COUNTS,
];
const BY_LEAD: readonly Column<Data['byLead'][number]>[] = [
  { name: 'lead', title: 'lead', kind: 'text', read: ({ lead }) => lead, rank: 99 },
  {
    name: 'operations',
    title: 'operations',
    kind: 'count',
    read: ({ operations }) => operations,
    rank: 90,
  },
  {
    name: 'duplicates',
    title: 'duplicates',
    kind: 'count',
    read: ({ duplicates }) => duplicates,
    rank: 95,
  },
];
