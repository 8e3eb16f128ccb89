/** `definitions check`: whether the server would take the definition files of a folder, and what is wrong with them. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { readDefinitionFolder } from '../definition-folder.ts';
import { EXIT } from '../exit.ts';
import { showAmount } from '../render/number.ts';
import { printProblems } from './problem-lines.ts';

type Check = AnswerOf<'/api/v1/definitions/check'>['data'];

export const checkDefinitions = defineCommand({
  examples: [
    ['heartwood definitions check', 'the files in ./heartwood'],
    ['heartwood definitions check config/analytics', 'those of another folder'],
    ['heartwood definitions check --quiet || exit 1', 'a step of a build'],
  ],
  argument: { noun: 'folder of definitions', value: 'folder', preset: 'heartwood' },
  flags: {},
  run: async ({ argument, client, output, signal }) => {
    const files = [...readDefinitionFolder(argument)];
    const { data } = await client.post('/api/v1/definitions/check', { body: { files }, signal });
    const { problems, ...found } = data;
    await printProblems(output, problems, { files: files.length, ...found });
    if (output.format !== 'json' && output.format !== 'ndjson')
      output.note(summaryOf(data, files.length));
    return data.valid ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

function summaryOf({ valid, definitions, problems }: Check, files: number): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  const found = [
    ...(valid ? [showAmount(definitions, 'definition')] : [showAmount(errors, 'error')]),
    ...(warnings === 0 ? [] : [showAmount(warnings, 'warning')]),
  ];
  return `${found.join(' and ')} in ${showAmount(files, 'file')}.`;
}
