/** `logs show`: the newest log records that pass the filters, as lines, the newest last; and those that arrive. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { INTERVAL_CHOICES } from '../range.ts';
import { cliError } from '../errors.ts';
import { describeRange, printList } from '../listing.ts';
import { showAmount, showCount } from '../render/number.ts';
import { CONTEXT_COLUMNS, LOG_COLUMNS, type LogRow } from './logs-columns.ts';
import { CONTEXT_FLAGS, drawContext, toContextSize } from './logs-context.ts';
import { LOG_FLAGS, readLogPages, toLogQuery } from './logs-flags.ts';

export const showLogs = defineCommand({
  examples: [
    ['heartwood logs show', 'the last 50 lines of the last 24 hours'],
    ['heartwood logs show --filter ERROR --component sync', 'errors of one component'],
    [String.raw`heartwood logs show --filter "Syncing\|✓\|❌"`, 'lines with one of these, as grep'],
    ['heartwood logs show --level warn --exclude "^retry" --since 1h', 'warnings but for some'],
    ['heartwood logs show --follow --component sync', 'what comes from now on, until Ctrl-C'],
    ['heartwood logs show --level error -C 5', 'errors, and what their process said around each'],
    ['heartwood logs show --histogram --since 6h --interval 30m', 'how many lines, by level'],
    ['heartwood logs show --trace 0af7651916cd43dd8448eb211c80319c --json', 'all of one trace'],
  ],
  flags: {
    ...LOG_FLAGS,
    follow: {
      kind: 'switch',
      short: 'f',
      doc: 'Lines as they arrive, until Ctrl-C, after the last ten, or those since --since, the newest 1000 of them; --json gives one record a line.',
    },
    count: {
      kind: 'count',
      short: 'n',
      value: 'LINES',
      doc: 'How many lines at most, the newest. Default: 50. With --follow: how many new ones, then it ends.',
    },
    relative: { kind: 'switch', doc: 'How long ago instead of the time.' },
    ...CONTEXT_FLAGS,
    histogram: {
      kind: 'switch',
      doc: 'How many lines there are in each piece of the range, by level, instead of the lines.',
    },
    interval: {
      kind: 'choice',
      value: 'LENGTH',
      choices: INTERVAL_CHOICES,
      doc: `With --histogram: length of a piece: ${INTERVAL_CHOICES.join(', ')}. Default: auto, at most 100 pieces.`,
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { interval } = flags;
    const size = toContextSize(flags);
    if (flags.histogram) {
      for (const second of ['follow', 'count', 'relative'] as const)
        if (flags[second] !== undefined && flags[second] !== false)
          throw cliError('FLAGS_TOGETHER', { first: '--histogram', second: `--${second}` });
      const query = { ...toLogQuery(flags), interval };
      const { printHistogram } = await import('./logs-histogram.ts');
      return await printHistogram(
        output,
        await client.get('/api/v1/logs/histogram', { query, signal }),
      );
    }
    if (interval !== undefined)
      throw cliError('FLAG_ALONE', { flag: '--interval', other: '--histogram' });
    if (flags.follow) {
      const { followLogs } = await import('./logs-follow.ts');
      return await followLogs({ flags, client, output, signal });
    }
    const count = flags.count ?? DEFAULT_COUNT;
    const rows: LogRow[] = [];
    const warnings = new Set<string>();
    let meta: AnswerOf<'/api/v1/logs'>['meta'] | undefined;
    const query = toLogQuery(flags);
    const pages =
      size === undefined
        ? readLogPages(client, query, count, signal)
        : [
            await client.get('/api/v1/logs', {
              query: { ...query, ...size, limit: count },
              signal,
            }),
          ];
    for await (const page of pages) {
      rows.push(...page.data);
      for (const warning of page.meta.warnings) warnings.add(warning);
      ({ meta } = page);
    }
    if (meta === undefined) return;
    rows.reverse();
    if (output.format !== 'table') {
      await printList(output, size === undefined ? LOG_COLUMNS : CONTEXT_COLUMNS, [
        { data: rows, meta: { ...meta, warnings: [...warnings] } },
      ]);
    } else {
      const clock = flags.relative ? { nowMs: Date.now() } : { timeZone: meta.timeZone };
      const lines = drawContext(rows, output.view, clock);
      await output.write(lines.map((line) => `${line}\n`).join(''));
      for (const warning of warnings) output.warn(warning);
    }
    if (output.format === 'json') return;
    const range = describeRange({ ...meta, complete: true });
    if (rows.length === 0) {
      output.note(`No such line from ${range}. A longer --since may show some.`);
      return;
    }
    const more = meta.nextCursor === null ? '' : ' There are older ones: a larger --count.';
    const beside = rows.filter(({ isHit }) => isHit === false).length;
    const found = showAmount(rows.length - beside, 'line');
    const around = beside === 0 ? '' : ` and ${showCount(beside)} beside,`;
    output.note(`${found}${around} from ${range}.${more}`);
  },
});

const DEFAULT_COUNT = 50;
