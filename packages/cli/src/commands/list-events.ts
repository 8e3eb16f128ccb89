/** `events list`: events with their numbers in a range, or the values of a property of theirs. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printList } from '../listing.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Answer = AnswerOf<'/api/v1/events'>;
type EventRow = Answer['data'][number];

/** All that an event says. */
export const EVENT_COLUMNS: readonly Column<EventRow>[] = [
  { name: 'event', title: 'event', kind: 'text', read: (row) => row.event, rank: 100, cutTo: 24 },
  { name: 'group', title: 'value', kind: 'text', read: (row) => row.group, rank: 90, cutTo: 24 },
  { name: 'records', title: 'events', kind: 'count', read: (row) => row.records, rank: 99 },
  { name: 'users', title: 'users', kind: 'count', read: (row) => row.users, rank: 80 },
  { name: 'sessions', title: 'sessions', kind: 'count', read: (row) => row.sessions, rank: 70 },
  { name: 'firstSeen', title: 'first', kind: 'minute', read: (row) => row.firstSeen, rank: 20 },
  { name: 'lastSeen', title: 'last', kind: 'minute', read: (row) => row.lastSeen, rank: 40 },
];

export const listEvents = defineCommand({
  examples: [
    ['heartwood events list', 'events of the last 24 hours, most users first'],
    ['heartwood events list --event file_upload_started --by plan', 'one event by a property'],
    ['heartwood events list --since 7d --json --explain', 'with the SQL that ran'],
  ],
  flags: {
    ...ANALYTIC_FLAGS,
    event: { kind: 'text', value: 'NAME', doc: 'Only this event; the exact name.' },
    by: {
      kind: 'text',
      value: 'PROPERTY',
      doc: 'A row for each value of this property instead of for each event: feature, service, resource.<key>, any attribute by its key.',
    },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many rows before the rest becomes $other, at most 200. Default: 50.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const query = {
      ...toAnalyticQuery(flags),
      event: flags.event,
      by: flags.by,
      limit: flags.limit ?? 50,
    };
    const answer = await client.get('/api/v1/events', { query, signal });
    const columns = EVENT_COLUMNS.filter(
      ({ name }) =>
        output.format === 'csv' || name !== (flags.by === undefined ? 'group' : 'event'),
    );
    await printList(output, columns, [answer]);
    if (output.format === 'json' || output.format === 'ndjson') return;
    const { meta } = answer;
    if (meta.explain !== undefined) output.note(`Counted: ${meta.explain.sentence}.`);
    output.note(`${showAmount(meta.sampleSize.n, 'event')} from ${describeRange(meta)}.`);
  },
});
