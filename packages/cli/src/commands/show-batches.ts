/** `entries batches`: synchronisations by the size of their batches. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope, printList } from '../listing.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { showAmount, showCount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/entries/batches'>['data']['sizes'][number];

export const showBatches = defineCommand({
  examples: [
    ['heartwood entries batches', 'four weeks of synchronisations'],
    ['heartwood entries batches --sync-type to_airtable --json', 'of one kind, for a script'],
  ],
  flags: {
    ...RANGE_FLAGS,
    since: {
      ...RANGE_FLAGS.since,
      doc: 'The time up to now, such as 7d or 12w. Default: 28d.',
    },
    service: { kind: 'text', value: 'NAME', doc: 'Only entries sent by this service.' },
    'sync-type': { kind: 'text', value: 'NAME', doc: 'Only synchronisations of this kind.' },
  },
  run: async ({ flags, client, output, signal }) => {
    const query = {
      ...toRangeQuery(flags),
      service: flags.service,
      syncType: flags['sync-type'],
    };
    const { data, meta } = await client.get('/api/v1/entries/batches', { query, signal });
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    await printList(output, COLUMNS, [{ data: data.sizes, meta }]);
    const { best, sizes } = data;
    const syncs = sizes.reduce((sum, { syncs: n }) => sum + n, 0);
    output.note(`${showAmount(syncs, 'synchronisation')} from ${describeRange(meta)}.`);
    if (best === null)
      output.note('No best size: that takes two sizes with 30 synchronisations each.');
    else
      output.note(
        `Most records a second: batches of ${showCount(best.batchSize)}${best.isClear ? '' : ', but its bounds overlap with those of others'}.`,
      );
  },
});

const COLUMNS: readonly Column<Row>[] = [
  { name: 'batchSize', title: 'batch', kind: 'count', read: (row) => row.batchSize, rank: 99 },
  { name: 'syncs', title: 'syncs', kind: 'count', read: (row) => row.syncs, rank: 95 },
  { name: 'records', title: 'records', kind: 'count', read: (row) => row.records, rank: 70 },
  {
    name: 'perSecond',
    title: 'records/s',
    kind: 'score',
    read: ({ perSecond }) => perSecond.value,
    rank: 98,
  },
  {
    name: 'perSecondLow',
    title: 'at least',
    kind: 'score',
    read: ({ perSecond }) => perSecond.low,
    rank: 90,
  },
  {
    name: 'perSecondHigh',
    title: 'at most',
    kind: 'score',
    read: ({ perSecond }) => perSecond.high,
    rank: 91,
  },
  {
    name: 'failedShare',
    title: 'failed',
    kind: 'share',
    read: ({ failedShare }) => failedShare.value,
    rank: 85,
  },
  { name: 'failedShareLow', kind: 'share', read: ({ failedShare }) => failedShare.low },
  { name: 'failedShareHigh', kind: 'share', read: ({ failedShare }) => failedShare.high },
  { name: 'retries', title: 'retries', kind: 'count', read: (row) => row.retries, rank: 60 },
];
