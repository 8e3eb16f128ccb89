/** `sessions list`: sessions of work, of users and of processes. */
import { defineCommand } from '../command.ts';
import { describeRange, printList } from '../listing.ts';
import { readPages } from '../pages.ts';
import { showAmount } from '../render/number.ts';
import { toShellWord } from '../shell-word.ts';
import { SESSION_COLUMNS, SESSION_FLAGS, toSessionQuery } from './session-columns.ts';

export const listSessions = defineCommand({
  examples: [
    ['heartwood sessions list', 'the last 50 sessions of a week'],
    ['heartwood sessions list --kind work --component sync', 'the history of one component'],
    ['heartwood sessions list --state abandoned', 'work that was never ended'],
    ['heartwood sessions list --ci --since 30d --format csv > builds.csv', 'builds of a month'],
  ],
  flags: {
    ...SESSION_FLAGS,
    limit: { kind: 'count', short: 'n', value: 'ROWS', doc: 'How many at most. Default: 50.' },
  },
  run: async ({ flags, client, output, signal }) => {
    const pages = readPages(
      (query) => client.get('/api/v1/sessions', { query, signal }),
      toSessionQuery(flags),
      flags.limit ?? DEFAULT_LIMIT,
    );
    const { rows, count, meta } = await printList(output, SESSION_COLUMNS, pages);
    if (meta === undefined || output.format === 'json') return;
    const range = describeRange(meta);
    if (count === 0) {
      output.note(`No such session from ${range}. A longer --since may show some.`);
      return;
    }
    const more = meta.nextCursor === null ? '' : ' There are more: a larger --limit.';
    output.note(`${showAmount(count, 'session')} from ${range}.${more}`);
    const id = toShellWord(rows[0]?.id ?? '');
    if (id !== undefined) output.hint(`heartwood sessions show ${id}`);
  },
});

const DEFAULT_LIMIT = 50;
