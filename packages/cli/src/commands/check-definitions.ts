/** `definitions check`: whether the server would take the definition files of a folder, and what is wrong with them. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { readDefinitionFolder } from '../definition-folder.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { showAmount } from '../render/number.ts';
import { readServerCommand } from '../server-command.ts';
import { printProblems } from './problem-lines.ts';

type Check = AnswerOf<'/api/v1/definitions/check'>['data'];

export const checkDefinitions = defineCommand({
  examples: [
    ['heartwood definitions check', 'the files in ./heartwood'],
    ['heartwood definitions check config/analytics', 'those of another folder'],
    ['heartwood definitions check --offline --quiet || exit 1', 'a step of a build'],
  ],
  argument: { noun: 'folder of definitions', value: 'folder', preset: 'heartwood' },
  flags: {
    offline: {
      kind: 'switch',
      doc: 'Ask no server: the files are read as a server of this version reads them at its start. Needs @heartwood/server beside the command line.',
    },
  },
  run: async ({ argument, client, flags, output, signal, timeoutMs }) => {
    const { files, ...data } = flags.offline
      ? await checkOffline(argument, signal, timeoutMs)
      : await askServer(argument, async (body) => {
          const answer = await client.post('/api/v1/definitions/check', { body, signal });
          return answer.data;
        });
    const { problems, ...found } = data;
    await printProblems(output, problems, { files, ...found });
    if (output.format !== 'json' && output.format !== 'ndjson') output.note(summaryOf(data, files));
    return data.valid ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

type Checked = Check & { readonly files: number };

async function askServer(
  folder: string,
  ask: (body: { files: { name: string; text: string }[] }) => Promise<Check>,
): Promise<Checked> {
  const files = [...readDefinitionFolder(folder)];
  return { files: files.length, ...(await ask({ files })) };
}

/** What `heartwood-server` says of the folder; it has told on stderr why it cannot say anything. */
async function checkOffline(
  folder: string,
  signal: AbortSignal,
  timeoutMs = 30_000,
): Promise<Checked> {
  const refuse = (reason: string, cause?: unknown): Error =>
    cliError(
      'DEFINITIONS_UNREADABLE',
      { folder, reason: `heartwood-server definitions check ${reason}` },
      cause,
    );
  const args = ['definitions', 'check', folder, '--json'];
  const late = AbortSignal.timeout(timeoutMs);
  const { end, text } = await readServerCommand(args, AbortSignal.any([signal, late])).catch(
    (error: unknown) => {
      throw late.aborted && !signal.aborted
        ? refuse(`took more than ${String(timeoutMs)} ms (--timeout)`, error)
        : error;
    },
  );
  if (end !== EXIT.OK && end !== EXIT.CHECK_FAILED) throw refuse(`ended with ${String(end)}`);
  try {
    return JSON.parse(text) as Checked;
  } catch (error) {
    throw refuse('gave an answer that cannot be read', error);
  }
}

function summaryOf({ valid, definitions, problems }: Check, files: number): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const found = [
    ...(valid ? [showAmount(definitions, 'definition')] : [showAmount(errors, 'error')]),
    ...(warnings === 0 ? [] : [showAmount(warnings, 'warning')]),
  ];
  return `${found.join(' and ')} in ${showAmount(files, 'file')}.`;
}
