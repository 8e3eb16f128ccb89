/** `plan import`: a tracking plan out of a table of nine columns. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { printRows } from '../listing.ts';
import { showAmount } from '../render/number.ts';
import { clean, cleanLines } from '../render/clean.ts';

export const importPlan = defineCommand({
  examples: [
    ['heartwood plan import plan.md > plan.yaml', 'of a table in Markdown'],
    ['heartwood plan import plan.csv > plan.yaml', 'of one that a spreadsheet wrote'],
  ],
  argument: { noun: 'file with the table', value: 'file' },
  flags: { format: formatFlag(['json'], 'YAML') },
  run: async ({ argument, client, output, signal }) => {
    const body = { name: path.basename(argument), text: readTable(argument) };
    const { data } = await client.post('/api/v1/plan/import', { body, signal });
    if (output.format === 'json') await printRows(output, [], [data], {});
    else await output.write(cleanLines(data.text));
    for (const { place, severity, message } of data.problems)
      output.warn(`${clean(place.file)}:${String(place.line)}: ${severity}: ${clean(message)}`);
    const isRead = data.problems.every(({ severity }) => severity === 'warning');
    if (isRead) output.note(`${showAmount(data.events, 'event')}.`);
    return isRead ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

function readTable(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw cliError('TABLE_UNREADABLE', { file, reason }, error);
  }
}
