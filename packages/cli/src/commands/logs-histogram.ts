/** `logs show --histogram`: how many log records there are in each bucket of time, by level, with a bar for each. */
import type { AnswerOf } from '@heartwood/api/client';
import { describeRange, noteLeftOut, printEnvelope, printList } from '../listing.ts';
import type { Output } from '../output.ts';
import { drawBar } from '../render/chart.ts';
import { toTable, type Column, type Table } from '../render/column.ts';
import { toneOfLevel } from '../render/log-line.ts';
import { showAmount } from '../render/number.ts';
import type { View } from '../render/style.ts';
import { drawTable } from '../render/table.ts';

type Answer = AnswerOf<'/api/v1/logs/histogram'>;
type Bucket = Answer['data'][number];

/** The worst first; those with the highest rank stay longest. */
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'none'] as const;

const levelColumn = (level: (typeof LEVELS)[number], place: number): Column<Bucket> => ({
  name: level,
  title: level,
  kind: 'count',
  read: (row) => row[level],
  rank: LEVELS.length - place,
  tone: (row) => (row[level] > 0 ? toneOfLevel(level) : 'quiet'),
});

export const HISTOGRAM_COLUMNS: readonly Column<Bucket>[] = [
  { name: 'start', title: 'from', kind: 'minute', read: (row) => row.start, rank: 99 },
  { name: 'end', kind: 'minute', read: (row) => row.end },
  { name: 'complete', kind: 'text', read: (row) => String(row.complete) },
  { name: 'records', title: 'lines', kind: 'count', read: (row) => row.records, rank: 98 },
  ...LEVELS.map(levelColumn),
];

/** Prints it in every format; people see the levels that occur, and a bar. */
export async function printHistogram(output: Output, { data, meta }: Answer): Promise<void> {
  if (output.format === 'json') return await printEnvelope(output, data, meta);
  const total = data.reduce((sum, { records }) => sum + records, 0);
  const range = describeRange({ ...meta, complete: true });
  if (output.format === 'table' && total === 0) {
    for (const warning of meta.warnings) output.warn(warning);
    output.note(`No lines from ${range}.`);
    return;
  }
  if (output.format === 'table') {
    const { lines, leftOut } = drawTable(tableOf(data, meta.timeZone, output.view), output.view);
    await output.write(`${lines.join('\n')}\n`);
    // The bar has no heading.
    noteLeftOut(
      output,
      leftOut.filter((title) => title !== ''),
    );
    for (const warning of meta.warnings) output.warn(warning);
  } else await printList(output, HISTOGRAM_COLUMNS, [{ data, meta }]);
  output.note(`${showAmount(total, 'line')} from ${range}, ${meta.interval} a row.`);
  if (output.format === 'table' && data.some(({ complete }) => !complete))
    output.note(
      `Rows with ${output.view.symbols.cut} are not whole: they stick out of the range, may still grow, or lines of them have been removed.`,
    );
}

function tableOf(data: readonly Bucket[], timeZone: string, view: View): Table {
  const silent = new Set<string>(LEVELS.filter((level) => data.every((row) => row[level] === 0)));
  const columns = HISTOGRAM_COLUMNS.filter(({ name }) => !silent.has(name));
  const { heads, rows } = toTable(columns, data, view, timeZone);
  const most = data.reduce((high, { records }) => Math.max(high, records), 1);
  const width = view.width < NARROW ? BAR_WIDTH / 2 : BAR_WIDTH;
  // Behind the time and the number of lines.
  const barAt = 2;
  return {
    heads: heads.toSpliced(barAt, 0, { title: '', align: 'left', rank: 97 }),
    rows: rows.map((cells, place) => {
      const { records = 0, complete = true } = data[place] ?? {};
      const [from, ...rest] = cells;
      const marked = { text: `${from?.text ?? ''}${complete ? '' : view.symbols.cut}` };
      const bar = { text: drawBar(records / most, width, view.symbols) };
      return [marked, ...rest].toSpliced(barAt, 0, bar);
    }),
  };
}

/** Columns of the longest bar, half of it in a terminal that is narrow. */
const BAR_WIDTH = 24;
const NARROW = 72;
