/** `plan violations`: what events did that the tracking plan does not say. */
import type { AnswerOf } from '@heartwood/api/client';
import { VIOLATION_TYPES } from '@heartwood/semconv';
import { defineCommand } from '../command.ts';
import { describeRange, printList } from '../listing.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/plan/violations'>['data'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'event', title: 'event', kind: 'text', read: (row) => row.event, rank: 100, cutTo: 30 },
  { name: 'type', title: 'violation', kind: 'text', read: (row) => row.type, rank: 99 },
  { name: 'path', title: 'property', kind: 'text', read: (row) => row.path, rank: 98, cutTo: 24 },
  {
    name: 'schemaVersion',
    title: 'schema',
    kind: 'text',
    read: (row) => row.schemaVersion,
    rank: 40,
  },
  { name: 'records', title: 'events', kind: 'count', read: (row) => row.records, rank: 97 },
  { name: 'blocked', title: 'blocked', kind: 'count', read: (row) => row.blocked, rank: 80 },
  { name: 'firstSeen', title: 'first', kind: 'minute', read: (row) => row.firstSeen, rank: 20 },
  { name: 'lastSeen', title: 'last', kind: 'minute', read: (row) => row.lastSeen, rank: 60 },
  { name: 'sample', kind: 'text', read: (row) => row.sample },
];

export const listViolations = defineCommand({
  examples: [
    ['heartwood plan violations', 'of the last 24 hours, the most frequent first'],
    ['heartwood plan violations --event file_upload_started --since 7d', 'of one event'],
    ['heartwood plan violations --type required_missing --format csv', 'of one kind'],
  ],
  flags: {
    ...RANGE_FLAGS,
    event: { kind: 'text', value: 'NAME', doc: 'Only this event; the exact name.' },
    type: {
      kind: 'choice',
      value: 'TYPE',
      choices: VIOLATION_TYPES,
      doc: `Only this kind: ${VIOLATION_TYPES.join(', ')}.`,
    },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many rows, at most 1000. Default: 100.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { event, type, limit = 100 } = flags;
    const query = { ...toRangeQuery(flags), event, type, limit };
    const answer = await client.get('/api/v1/plan/violations', { query, signal });
    await printList(output, COLUMNS, [answer]);
    if (output.format === 'json' || output.format === 'ndjson') return;
    const found = showAmount(answer.data.length, 'violation');
    output.note(`${found} by events received ${describeRange(answer.meta)}.`);
  },
});
