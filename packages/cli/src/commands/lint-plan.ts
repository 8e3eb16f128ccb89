/** `plan lint`: what is wrong with a tracking plan in files. */
import { defineCommand } from '../command.ts';
import { readDefinitionFolder } from '../definition-folder.ts';
import { EXIT } from '../exit.ts';
import { showAmount } from '../render/number.ts';
import { printProblems } from './problem-lines.ts';

export const lintPlan = defineCommand({
  examples: [
    ['heartwood plan lint', 'the plan in ./heartwood'],
    ['heartwood plan lint plan.yaml', 'a plan in one file'],
    ['heartwood plan lint plan.yaml --quiet || exit 1', 'a step of a build'],
  ],
  argument: { noun: 'file or folder with the plan', value: 'path', preset: 'heartwood' },
  flags: {},
  run: async ({ argument, client, output, signal }) => {
    const body = { files: [...readDefinitionFolder(argument)] };
    const { data } = await client.post('/api/v1/plan/lint', { body, signal });
    const { problems, ...found } = data;
    await printProblems(output, problems, found);
    if (output.format !== 'json' && output.format !== 'ndjson') {
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      const warnings = showAmount(problems.length - errors, 'warning');
      output.note(
        `${showAmount(found.events, 'event')}, ${showAmount(errors, 'error')}, ${warnings}.`,
      );
    }
    return data.valid ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});
