/** `plan codegen` and `plan export`: a tracking plan as the text of one file. */
import { type Command, defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { readDefinitionFolder } from '../definition-folder.ts';
import { printRows } from '../listing.ts';
import { cleanLines } from '../render/clean.ts';
import { showAmount } from '../render/number.ts';

const FLAGS = {
  'in-force': {
    kind: 'switch',
    doc: 'The plan in force on the server instead of one in files.',
  },
} as const;

const ARGUMENT = { noun: 'file or folder with the plan', value: 'path', preset: 'heartwood' };

type Call<C extends Command> = Parameters<C['run']>[0];

export const codegenPlan = defineCommand({
  examples: [
    ['heartwood plan codegen plan.yaml > track.ts', 'a typed function for each event'],
    ['heartwood plan codegen --in-force > track.ts', 'of the plan in force on the server'],
  ],
  argument: ARGUMENT,
  flags: { ...FLAGS, format: formatFlag(['json'], 'TypeScript') },
  run: (call) => write(call, 'typescript'),
});

const FORMS = ['yaml', 'json', 'markdown', 'csv'] as const;

export const exportPlan = defineCommand({
  examples: [
    ['heartwood plan export', 'the plan of all files in ./heartwood as one file of YAML'],
    ['heartwood plan export plan.yaml --to json', 'for the app side, which reads JSON'],
    ['heartwood plan export plan.yaml --to markdown', 'the table of nine columns'],
  ],
  argument: ARGUMENT,
  formatFlag: 'to',
  flags: {
    ...FLAGS,
    format: formatFlag(['json'], 'what --to says, as it is'),
    to: {
      kind: 'choice',
      value: 'FORM',
      choices: FORMS,
      doc: `What is written: ${FORMS.join(', ')}. Default: yaml.`,
    },
  },
  run: (call) => write(call, call.flags.to ?? 'yaml'),
});

async function write(
  { flags, argument, client, output, signal }: Call<Command>,
  to: 'typescript' | (typeof FORMS)[number],
): Promise<void> {
  const isInForce = flags['in-force'] === true;
  const files = isInForce ? {} : { files: [...readDefinitionFolder(argument)] };
  const { data } = await client.post('/api/v1/plan/text', { body: { ...files, to }, signal });
  if (output.format === 'json') return await printRows(output, [], [data], {});
  await output.write(cleanLines(data.text));
  output.note(`${showAmount(data.events, 'event')}.`);
}
