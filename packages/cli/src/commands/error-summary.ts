/** `logs errors --summary`: how many errors of which category, and what to do. */
import type { AnswerOf } from '@heartwood/api/client';
import { describeRange, printEnvelope, printList } from '../listing.ts';
import { printReport } from '../print-report.ts';
import type { Output } from '../output.ts';
import type { Column } from '../render/column.ts';
import { showAmount, showCount } from '../render/number.ts';
import { type Fact, type Part } from '../render/report.ts';

type Answer = AnswerOf<'/api/v1/errors/summary'>;
type Count = Answer['data']['categories'][number];

export async function printErrorSummary(output: Output, { data, meta }: Answer): Promise<void> {
  if (output.format === 'json') return await printEnvelope(output, data, meta);
  if (output.format === 'csv' || output.format === 'ndjson') {
    await printList(output, COLUMNS, [{ data: data.categories, meta }]);
    return;
  }
  const parts = partsOf(data, output.format === 'md' ? '' : ':');
  await printReport(output, TITLE, parts);
  for (const warning of meta.warnings) output.warn(warning);
  const all = data.categories
    .slice(0, SEED_ROWS)
    .reduce((sum, { occurrences }) => sum + occurrences, 0);
  output.note(`${showAmount(all, 'error')} from ${describeRange(meta)}.`);
}

const TITLE = 'Error Summary';
/** API, database and other; what follows is part of the last of them. */
const SEED_ROWS = 3;

const COLUMNS: readonly Column<Count>[] = [
  { name: 'category', kind: 'text', read: ({ category }) => category },
  { name: 'label', title: 'errors', kind: 'text', read: ({ label }) => label },
  { name: 'occurrences', title: 'times', kind: 'count', read: ({ occurrences }) => occurrences },
  { name: 'groups', title: 'kinds', kind: 'count', read: ({ groups }) => groups },
  { name: 'topTitle', title: 'mostly', kind: 'text', read: ({ topTitle }) => topTitle },
];

function partsOf({ categories, actions }: Answer['data'], mark: string): Part[] {
  const facts = categories.map(({ label, occurrences, topTitle }, index): Fact => {
    const name = `${index < SEED_ROWS ? '' : '  '}${label}${mark}`;
    const text = [showCount(occurrences), ...(topTitle === null ? [] : [topTitle])].join('  ');
    return [name, { text, tone: occurrences > 0 && index < SEED_ROWS ? 'bad' : undefined }];
  });
  const labels = new Map(categories.map(({ category, label }) => [category as string, label]));
  const lines = actions.map(({ category, text, object }) => {
    const about = object === null ? '' : ` (${object})`;
    return `${labels.get(category) ?? category}: ${text}${about}`;
  });
  return [
    { kind: 'facts', title: 'Categories', facts },
    ...(lines.length > 0
      ? [{ kind: 'lines', title: 'Suggested Actions', lines } satisfies Part]
      : []),
  ];
}
