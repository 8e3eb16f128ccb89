/** `summary show`: a day in a few numbers. */
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { toJson } from '../render/json.ts';
import { showAmount } from '../render/number.ts';
import { printSummary } from './print-summary.ts';

export const showSummary = defineCommand({
  examples: [
    ['heartwood summary show', 'yesterday'],
    ['heartwood summary show 2026-11-21', 'another day'],
    ['heartwood summary show --days 30 --format ndjson', 'the days that were kept, one a line'],
  ],
  argument: { noun: 'day', value: 'day', preset: 'yesterday' },
  flags: {
    format: formatFlag(['table', 'json', 'ndjson', 'md']),
    days: {
      kind: 'count',
      value: 'DAYS',
      doc: 'The last so many days that were summed up, up to 366, instead of one.',
    },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const query = flags.days === undefined ? { day: argument } : { limit: flags.days };
    const { data, meta } = await client.get('/api/v1/summaries', { query, signal });
    if (output.format === 'json')
      return await output.write(`${toJson({ data, meta, warnings: [] }, 2)}\n`);
    for (const [index, summary] of data.entries()) {
      if (index > 0 && output.format === 'table') await output.write('\n');
      await printSummary(output, summary);
    }
    if (data.length > 0) {
      if (flags.days !== undefined) output.note(`${showAmount(data.length, 'day')}.`);
      return;
    }
    output.note(
      flags.days === undefined
        ? `${argument} has not been summed up. Days are, twenty minutes after they are over: heartwood summary make ${argument} does it now.`
        : 'No day has been summed up yet.',
    );
  },
});
