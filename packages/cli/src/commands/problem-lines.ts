/** Prints what is wrong with definition files: as compilers do for people, as rows in every other format. */
import type { AnswerOf } from '@heartwood/api/client';
import { printRows } from '../listing.ts';
import type { Output } from '../output.ts';
import { clean } from '../render/clean.ts';
import type { Column } from '../render/column.ts';
import { paint, type View } from '../render/style.ts';

/** One thing that is wrong. */
export type FileProblem = AnswerOf<'/api/v1/definitions/check'>['data']['problems'][number];

/** Prints problems; `meta` stands beside them in JSON. */
export async function printProblems(
  output: Output,
  problems: readonly FileProblem[],
  meta: object,
): Promise<void> {
  if (output.format === 'table')
    await output.write(problems.map((problem) => lineOf(problem, output.view)).join(''));
  else await printRows(output, PROBLEM_COLUMNS, problems, meta);
}

const PROBLEM_COLUMNS: readonly Column<FileProblem>[] = [
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

/** As compilers write it, never cut: editors jump to the place. */
function lineOf({ place, severity, message, suggestions }: FileProblem, view: View): string {
  const tone = severity === 'error' ? 'bad' : 'middling';
  const meant = suggestions.length === 0 ? '' : ` Did you mean ${suggestions.join(' or ')}?`;
  const text = clean(`${message}.${meant}`);
  return `${clean(place.file)}:${String(place.line)}: ${paint(view, tone, severity)}: ${text}\n`;
}
