/** Prints results of checks: a table or, in detail, lines for people; rows in every other format. */
import type { HealthRow } from '../health/row.ts';
import { printRows } from '../listing.ts';
import type { Output } from '../output.ts';
import { clean } from '../render/clean.ts';
import type { Column } from '../render/column.ts';
import { toJson } from '../render/json.ts';
import { showAmount, showDuration } from '../render/number.ts';
import { paint, type Tone, type View } from '../render/style.ts';
import { wrap } from '../render/width.ts';

const TONES: Readonly<Record<HealthRow['result'], Tone>> = {
  pass: 'good',
  unknown: 'quiet',
  warn: 'middling',
  fail: 'bad',
};

const COLUMNS: readonly Column<HealthRow>[] = [
  { name: 'group', title: 'part', kind: 'text', read: ({ group }) => group, rank: 10 },
  { name: 'id', title: 'check', kind: 'text', read: ({ id }) => id, rank: 100 },
  {
    name: 'result',
    title: 'result',
    kind: 'text',
    read: ({ result }) => result,
    rank: 99,
    tone: ({ result }) => TONES[result],
  },
  {
    name: 'message',
    title: 'what',
    kind: 'text',
    read: ({ message }) => message,
    rank: 90,
    cutTo: 30,
  },
  { name: 'title', kind: 'text', read: ({ title }) => title },
  { name: 'remedy', kind: 'text', read: ({ remedy }) => remedy },
  { name: 'tookMs', kind: 'ms', read: ({ tookMs }) => tookMs },
];

/** Prints all rows, and what is to be done about those that are not well. */
export async function printHealth(
  output: Output,
  rows: readonly HealthRow[],
  meta: object,
  isDetailed: boolean,
): Promise<void> {
  if (output.format === 'table' && isDetailed) {
    const lines = rows.flatMap((row) => linesOf(row, output.view));
    await output.write(lines.map((line) => `${line}\n`).join(''));
  } else await printRows(output, COLUMNS, rows, meta);
  if (output.format === 'json' || output.format === 'ndjson') return;
  if (!isDetailed)
    for (const { id, result, message, remedy } of rows)
      if (result !== 'pass')
        output.note(`${id}: ${message.replace(/\.$/u, '')}. ${remedy ?? ''}`.trimEnd());
  output.note(summaryOf(rows));
}

/** Head, evidence and remedy of one check. */
function linesOf(
  { id, title, result, message, evidence, remedy, tookMs }: HealthRow,
  view: View,
): string[] {
  const head = `${paint(view, TONES[result], result.padEnd(RESULT_WIDTH))}${clean(id)}`;
  const inner = (text: string): string[] =>
    wrap(clean(text), view.width - INDENT.length).map((line) => INDENT + line);
  const numbers = Object.entries(evidence).map(([key, value]) => `${key} ${toJson(short(value))}`);
  return [
    head,
    ...inner(`${title}: ${message} (${showDuration(tookMs)})`),
    ...(numbers.length === 0
      ? []
      : inner(numbers.join(', ')).map((line) => paint(view, 'quiet', line))),
    ...(remedy === null ? [] : inner(remedy)),
  ];
}

/** Numbers with four digits that matter, as evidence is read and not added up. */
function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(short);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, short(one)]));
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(4))
    : value;
}

const RESULT_WIDTH = 9;
const INDENT = ' '.repeat(RESULT_WIDTH);

/** `31 checks: 29 pass, 1 warn, 1 fail.` */
function summaryOf(rows: readonly HealthRow[]): string {
  const parts = (['pass', 'unknown', 'warn', 'fail'] as const).flatMap((result) => {
    const count = rows.filter((row) => row.result === result).length;
    return count === 0 ? [] : [`${String(count)} ${result}`];
  });
  return `${showAmount(rows.length, 'check')}: ${parts.join(', ') || 'none'}.`;
}
