/** `logs export`: all log records that pass the filters, the oldest first, written as they come. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printList } from '../listing.ts';
import { drawLogLine } from '../render/log-line.ts';
import { showAmount } from '../render/number.ts';
import { LOG_COLUMNS } from './logs-columns.ts';
import { LOG_FLAGS, readLogPages, toLogQuery } from './logs-flags.ts';

export const exportLogs = defineCommand({
  examples: [
    ['heartwood logs export --since 2h --output investigation.log', 'all lines of two hours'],
    ['heartwood logs export --level ERROR --output debug.json', 'errors with all facts'],
    ['heartwood logs export --component sync --format csv > sync.csv', 'for a spreadsheet'],
  ],
  flags: {
    ...LOG_FLAGS,
    limit: {
      kind: 'count',
      short: 'n',
      value: 'LINES',
      doc: 'How many lines at most, the oldest. Default: 100000.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const query = { ...toLogQuery(flags), order: 'oldest' } as const;
    const pages = readLogPages(client, query, flags.limit ?? DEFAULT_LIMIT, signal);
    let last: AnswerOf<'/api/v1/logs'>['meta'] | undefined;
    let count = 0;
    if (output.format === 'table') {
      const warnings = new Set<string>();
      for await (const { data, meta } of pages) {
        // For a file: whole lines without colours, whatever looks on.
        const lines = data.map((row) => drawLogLine(row, { colour: false }, meta));
        await output.write(lines.map((line) => `${line}\n`).join(''));
        for (const warning of meta.warnings) warnings.add(warning);
        count += data.length;
        last = meta;
      }
      for (const warning of warnings) output.warn(warning);
    } else ({ meta: last, count } = await printList(output, LOG_COLUMNS, pages));
    if (last === undefined || output.format === 'json') return;
    const range = describeRange({ ...last, complete: true });
    const more = last.nextCursor === null ? '' : ' There are later ones: a larger --limit.';
    output.note(`${showAmount(count, 'line')} from ${range}.${more}`);
  },
});

const DEFAULT_LIMIT = 100_000;
