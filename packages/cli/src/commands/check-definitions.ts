/** `definitions check`: whether the server would take the definition files of a folder, and what is wrong with them. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { readDefinitionFolder } from '../definition-folder.ts';
import { EXIT } from '../exit.ts';
import { printRows } from '../listing.ts';
import { clean } from '../render/clean.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';
import { paint, type View } from '../render/style.ts';

type Check = AnswerOf<'/api/v1/definitions/check'>['data'];
type Problem = Check['problems'][number];

const PROBLEM_COLUMNS: readonly Column<Problem>[] = [
  { name: 'file', title: 'file', kind: 'text', read: ({ place }) => place.file },
  { name: 'line', title: 'line', kind: 'count', read: ({ place }) => place.line },
  { name: 'path', title: 'path', kind: 'text', read: ({ place }) => place.path },
  { name: 'severity', title: 'severity', kind: 'text', read: ({ severity }) => severity },
  { name: 'code', title: 'code', kind: 'text', read: ({ code }) => code },
  { name: 'message', title: 'message', kind: 'text', read: ({ message }) => message },
  {
    name: 'suggestions',
    title: 'did you mean',
    kind: 'text',
    read: ({ suggestions }) => suggestions.join(' or '),
  },
];

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
    if (output.format === 'table')
      await output.write(problems.map((problem) => lineOf(problem, output.view)).join(''));
    else await printRows(output, PROBLEM_COLUMNS, problems, { files: files.length, ...found });
    if (output.format !== 'json' && output.format !== 'ndjson')
      output.note(summaryOf(data, files.length));
    return data.valid ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

/** As compilers write it, never cut: editors jump to the place. */
function lineOf({ place, severity, message, suggestions }: Problem, view: View): string {
  const tone = severity === 'error' ? 'bad' : 'middling';
  const meant = suggestions.length === 0 ? '' : ` Did you mean ${suggestions.join(' or ')}?`;
  const text = clean(`${message}.${meant}`);
  return `${clean(place.file)}:${String(place.line)}: ${paint(view, tone, severity)}: ${text}\n`;
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
