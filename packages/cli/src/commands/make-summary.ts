/** `summary make`: sums up a day now. */
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { toJson } from '../render/json.ts';
import { printSummary } from './print-summary.ts';

export const makeSummary = defineCommand({
  examples: [
    ['heartwood summary make today', 'the day so far'],
    ['heartwood summary make 2026-11-21 --json', 'another day again, for a script'],
  ],
  argument: { noun: 'day', value: 'day', preset: 'yesterday' },
  flags: { format: formatFlag(['table', 'json', 'ndjson', 'md']) },
  run: async ({ argument: day, client, output, signal }) => {
    const { data, meta } = await client.post('/api/v1/summaries/make', { body: { day }, signal });
    if (output.format === 'json')
      return await output.write(`${toJson({ data, meta, warnings: data.warnings }, 2)}\n`);
    await printSummary(output, data);
  },
});
