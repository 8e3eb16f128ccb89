/** Prints a list of rows in every format, as pages come in. */
import type { Output } from './output.ts';
import { toTable, type Column } from './render/column.ts';
import { csvHead, csvLine } from './render/csv.ts';
import { toJson } from './render/json.ts';
import { markdownTable } from './render/markdown.ts';
import { drawTable } from './render/table.ts';
import { showTime } from './render/time.ts';

/** What every list says about itself. */
export interface ListMeta {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly complete: boolean;
  readonly truncated: boolean;
  readonly warnings: readonly string[];
}

/** One answer of a list. */
export interface Page<Row, M extends ListMeta> {
  readonly data: readonly Row[];
  readonly meta: M;
}

/**
 * Prints all rows, of pages that come one by one or are there, and resolves to them with the meta of the last page. CSV and NDJSON are written page by page and
 * not kept; the result then holds the rows of the last page alone.
 */
export async function printList<Row, M extends ListMeta>(
  output: Output,
  columns: readonly Column<Row>[],
  pages: AsyncIterable<Page<Row, M>> | readonly Page<Row, M>[],
): Promise<{ rows: readonly Row[]; count: number; meta: M | undefined }> {
  let rows: readonly Row[] = [];
  let count = 0;
  let meta: M | undefined;
  const warnings = new Set<string>();
  for await (const page of pages) {
    if (output.format === 'csv' && meta === undefined) await output.write(csvHead(columns));
    if (output.format === 'csv')
      await output.write(page.data.map((row) => csvLine(columns, row)).join(''));
    if (output.format === 'ndjson')
      await output.write(page.data.map((row) => `${toJson(row)}\n`).join(''));
    rows = isStreamed(output) ? page.data : [...rows, ...page.data];
    count += page.data.length;
    meta = page.meta;
    for (const warning of page.meta.warnings) warnings.add(warning);
  }
  if (meta !== undefined) await printWhole(output, columns, rows, meta, [...warnings]);
  return { rows, count, meta };
}

/** Prints rows that belong to no range. In JSON stands `whole`, where the rows are only a part of what is told. */
export async function printRows<Row>(
  output: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  meta: object,
  whole: unknown = rows,
): Promise<void> {
  if (output.format === 'json')
    await output.write(`${toJson({ data: whole, meta, warnings: [] }, 2)}\n`);
  if (output.format === 'ndjson')
    await output.write(rows.map((row) => `${toJson(row)}\n`).join(''));
  if (output.format === 'csv')
    await output.write(csvHead(columns) + rows.map((row) => csvLine(columns, row)).join(''));
  await printTable(output, columns, rows, 'UTC');
}

/** Prints the stable envelope of `--json`. */
export async function printEnvelope(
  output: Output,
  data: unknown,
  meta: ListMeta,
  warnings: readonly string[] = meta.warnings,
): Promise<void> {
  await output.write(`${toJson({ data, meta, warnings }, 2)}\n`);
}

/** The range of an answer in words. */
export function describeRange({ from, to, timeZone, complete }: ListMeta): string {
  const range = `${showTime(from, timeZone, 'minute')} to ${showTime(to, timeZone, 'minute')} ${timeZone}`;
  return complete ? range : `${range}, the newest runs may still arrive`;
}

/** Says which columns the terminal had no room for. */
export function noteLeftOut(output: Output, leftOut: readonly string[]): void {
  if (leftOut.length > 0)
    output.note(`No room for ${[...new Set(leftOut)].join(', ')}; --format csv or md shows all.`);
}

const isStreamed = ({ format }: Output): boolean => format === 'csv' || format === 'ndjson';

async function printWhole<Row>(
  output: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  meta: ListMeta,
  warnings: readonly string[],
): Promise<void> {
  if (output.format === 'json') return await printEnvelope(output, rows, meta, warnings);
  await printTable(output, columns, rows, meta.timeZone);
  for (const warning of warnings) output.warn(warning);
}

/** Nothing in the formats for machines. */
async function printTable<Row>(
  output: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  timeZone: string,
): Promise<void> {
  const { view, format } = output;
  if (format === 'md') {
    const lines = markdownTable(toTable(columns, rows, view, timeZone));
    await output.write(`${lines.join('\n')}\n`);
  }
  if (format === 'table' && rows.length > 0) {
    const { lines, leftOut } = drawTable(toTable(columns, rows, view, timeZone), view);
    await output.write(`${lines.join('\n')}\n`);
    noteLeftOut(output, leftOut);
  }
}
