/** `records list`: single runs, newest first, narrowed by filters and fetched page by page. */
import type { AnswerOf, QueryOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import type { FlagValues } from '../flag.ts';
import { describeRange, printList } from '../listing.ts';
import { readPages } from '../pages.ts';
import { RANGE_FLAGS, RUN_FLAGS, toRangeQuery, toRunQuery } from '../range.ts';
import { showAmount } from '../render/number.ts';
import { toShellWord } from '../shell-word.ts';
import { RECORD_COLUMNS } from './record-columns.ts';

type Query = QueryOf<'/api/v1/records'>;
type Answer = AnswerOf<'/api/v1/records'>;

const RECORD_FLAGS = {
  ...RANGE_FLAGS,
  feature: { kind: 'text', value: 'NAME', doc: 'Only runs of this feature; the exact name.' },
  ...RUN_FLAGS,
  user: {
    kind: 'text',
    value: 'ID',
    doc: 'Only runs of this user: the hash or, where kept, the id.',
  },
  session: { kind: 'text', value: 'ID', doc: 'Only runs of this session.' },
  'error-type': { kind: 'text', value: 'TYPE', doc: 'Only runs with this error type.' },
  'min-duration': {
    kind: 'milliseconds',
    value: 'LENGTH',
    doc: 'Only runs that took at least this long, such as 250ms, 1.5s or 2m; a bare number is milliseconds.',
  },
  limit: {
    kind: 'count',
    short: 'n',
    value: 'ROWS',
    doc: 'How many runs at most. Default: 50; with --all 100000.',
  },
  all: { kind: 'switch', doc: 'All runs of the range, up to --limit.' },
  cursor: { kind: 'text', value: 'CURSOR', doc: 'Goes on where an earlier answer ended.' },
} as const;

export const listRecords = defineCommand({
  examples: [
    ['heartwood records list', 'the last 50 runs'],
    ['heartwood records list --feature checkout --status failed', 'what failed in one feature'],
    ['heartwood records list --min-duration 2s --since 7d', 'the slow ones of a week'],
    ['heartwood records list --all --since 1h --format csv > runs.csv', 'every run of an hour'],
  ],
  flags: RECORD_FLAGS,
  run: async ({ flags, client, output, signal }) => {
    const limit = flags.limit ?? (flags.all ? DEFAULT_ALL : DEFAULT_LIMIT);
    const pages = readPages(
      (query) => client.get('/api/v1/records', { query, signal }),
      toQuery(flags),
      limit,
    );
    const { rows, count, meta } = await printList(output, RECORD_COLUMNS, pages);
    if (meta === undefined || output.format === 'json') return;
    const range = describeRange(meta);
    if (count === 0) {
      output.note(`No such run from ${range}. A longer --since may show some.`);
      return;
    }
    output.note(`${showAmount(count, 'run')} from ${range}.${more(meta)}`);
    const name = toShellWord(rows[0]?.feature ?? '');
    if (name !== undefined && flags.feature === undefined)
      output.hint(`heartwood features show ${name}`);
  },
});

const DEFAULT_LIMIT = 50;
const DEFAULT_ALL = 100_000;

function toQuery(flags: FlagValues<typeof RECORD_FLAGS>): Query {
  return {
    ...toRangeQuery(flags),
    ...toRunQuery(flags),
    feature: flags.feature,
    user: flags.user,
    session: flags.session,
    errorType: flags['error-type'],
    minDurationMs: flags['min-duration'],
    cursor: flags.cursor,
  };
}

// The page after this one belongs to the same range, so that has to be given along.
function more({ nextCursor, from, to }: Answer['meta']): string {
  return nextCursor === null
    ? ''
    : ` There are more: --limit or --all, or the next page with --cursor ${nextCursor} --from ${from} --to ${to}.`;
}
