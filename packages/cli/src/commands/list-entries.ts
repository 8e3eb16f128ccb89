/** `entries list`: entries of database loggers as they were written. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printList } from '../listing.ts';
import { readPages } from '../pages.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { showCount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/entries'>['data'][number];

const TYPES = [
  'database_operation',
  'sync_operation',
  'migration_operation',
  'performance_metrics',
  'error_log',
  'monitoring_data',
] as const satisfies readonly Row['type'][];

export const listEntries = defineCommand({
  examples: [
    ['heartwood entries list', 'the last 50 entries of a day'],
    ['heartwood entries list --type sync_operation --since 7d', 'synchronisations of a week'],
    ['heartwood entries list --raw --all > entries.jsonl', 'the lines that the app wrote'],
  ],
  flags: {
    ...RANGE_FLAGS,
    type: {
      kind: 'choice',
      value: 'TYPE',
      choices: TYPES,
      doc: `Only entries of this log_type: ${TYPES.join(', ')}.`,
    },
    service: { kind: 'text', value: 'NAME', doc: 'Only entries sent by this service.' },
    session: { kind: 'text', value: 'ID', doc: 'Only entries of this session.' },
    trace: { kind: 'text', value: 'ID', doc: 'Only entries of this trace.' },
    raw: { kind: 'switch', doc: 'Each entry alone, a JSON object a line, as the app wrote it.' },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many at most. Default: 50; with --all 100000.',
    },
    all: { kind: 'switch', doc: 'All entries of the range, up to --limit.' },
  },
  run: async ({ flags, client, output, signal }) => {
    const { type, service, session, trace: traceId, limit = flags.all ? 100_000 : 50 } = flags;
    const pages = readPages(
      (query) => client.get('/api/v1/entries', { query, signal }),
      { ...toRangeQuery(flags), type, service, session, traceId },
      limit,
    );
    if (flags.raw) {
      let hasMore = false;
      for await (const { data, meta } of pages) {
        await output.write(data.map(({ entry }) => `${toJson(entry)}\n`).join(''));
        hasMore = meta.nextCursor !== null;
      }
      if (hasMore) output.note(MORE.trimStart());
      return;
    }
    const { count, meta } = await printList(output, COLUMNS, pages);
    if (meta === undefined || output.format === 'json') return;
    const range = describeRange(meta);
    if (count === 0) {
      output.note(`No such entry from ${range}. A longer --since may show some.`);
      return;
    }
    const more = meta.nextCursor === null ? '' : MORE;
    output.note(`${showCount(count)} ${count === 1 ? 'entry' : 'entries'} from ${range}.${more}`);
  },
});

const MORE = ' There are more: --all, or a larger --limit.';

const COLUMNS: readonly Column<Row>[] = [
  { name: 'time', title: 'time', kind: 'second', read: ({ time }) => time, rank: 99 },
  { name: 'type', title: 'type', kind: 'text', read: ({ type }) => type, rank: 98 },
  {
    name: 'status',
    title: 'status',
    kind: 'text',
    read: ({ status }) => status,
    rank: 97,
    tone: ({ status }) => (status === 'failed' ? 'bad' : undefined),
  },
  { name: 'what', title: 'what', kind: 'text', read: ({ entry }) => whatOf(entry), rank: 95 },
  {
    name: 'tier',
    title: 'tier',
    kind: 'text',
    read: ({ labels }) => textOf(labels['performance_tier']),
    rank: 60,
  },
  { name: 'service', title: 'service', kind: 'text', read: ({ service }) => service, rank: 50 },
  { name: 'session', title: 'session', kind: 'text', read: ({ session }) => session, rank: 40 },
  { name: 'feature', kind: 'text', read: ({ feature }) => feature },
  { name: 'user', kind: 'text', read: ({ user }) => user },
  { name: 'traceId', kind: 'text', read: ({ traceId }) => traceId },
  { name: 'labels', kind: 'text', read: ({ labels }) => toJson(labels) },
  { name: 'entry', kind: 'text', read: ({ entry }) => toJson(entry) },
  { name: 'seq', kind: 'text', read: ({ seq }) => seq },
];

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What an entry is about, by the key that its kind has for it. */
function whatOf(entry: Row['entry']): string | null {
  const at = (part: string, key: string): unknown =>
    (entry[part] as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  const known = [
    at('operation_details', 'operation_type'),
    at('sync_details', 'sync_type'),
    at('migration_details', 'migration_name'),
    at('error_details', 'error_type'),
    entry['operation'],
    entry['monitoring_type'],
    entry['operation_type'],
  ];
  return known.map(textOf).find((text) => text !== null) ?? null;
}
