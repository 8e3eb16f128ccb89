/** A retention table for people, and its cells one by one for machines. */
import type { AnswerOf } from '@heartwood/api/client';
import type { Output } from '../output.ts';
import type { Column } from '../render/column.ts';
import { showShare } from '../render/number.ts';
import type { Tone } from '../render/style.ts';
import { showTime } from '../render/time.ts';
import { printAnalytic } from './print-analytic.ts';

type Answer = AnswerOf<'/api/v1/retention/{id}'>;
type Data = Answer['data'];
type Cell = Data['series'][number]['cohorts'][number]['cells'][number];

/** A cohort, or the mean of all. */
interface Line {
  readonly group: string | null;
  readonly cohort: string;
  readonly size: number;
  readonly cells: readonly Cell[];
}

/** Prints a table of the API. */
export async function printRetention(output: Output, answer: Answer): Promise<void> {
  const { data, meta } = answer;
  if (output.format === 'csv' || output.format === 'ndjson')
    return await printAnalytic(output, answer, CELL_COLUMNS, cellsOf(data));
  const isSplit = data.series.some(({ group }) => group !== null);
  const notes = data.series.some(({ cohorts }) =>
    cohorts.some(({ cells }) =>
      cells.some(({ complete, returned }) => !complete && returned !== null),
    ),
  )
    ? ['* not complete yet, or cut by the range: in no mean.']
    : [];
  const columns = [...(isSplit ? [GROUP] : []), ...toColumns(data)];
  await printAnalytic(output, answer, columns, linesOf(data, meta.timeZone), notes);
}

const GROUP: Column<Line> = {
  name: 'group',
  title: 'group',
  kind: 'text',
  read: (line) => line.group,
  rank: 1000,
  cutTo: 24,
};

function toColumns({ period, columns }: Data): Column<Line>[] {
  return [
    { name: 'cohort', title: period, kind: 'text', read: (line) => line.cohort, rank: 999 },
    { name: 'size', title: 'started', kind: 'count', read: (line) => line.size, rank: 998 },
    ...columns.map(({ first, last }, index): Column<Line> => ({
      name: `p${String(first)}`,
      title: first === last ? String(first) : `${String(first)}-${String(last)}`,
      kind: 'text',
      read: ({ cells }) => textOf(cells[index]),
      rank: 900 - index,
      tone: ({ cells }) => toneOf(cells[index]),
    })),
  ];
}

function linesOf({ series, period }: Data, timeZone: string): Line[] {
  return series.flatMap(({ group, cohorts, mean }) => [
    ...cohorts.map(({ start, size, cells }): Line => {
      const time = showTime(start, timeZone, 'minute');
      return { group, cohort: period === 'hour' ? time : time.slice(0, 10), size, cells };
    }),
    {
      group,
      cohort: 'mean',
      size: mean[0]?.size ?? 0,
      cells: mean.map(({ returned, rate }) => ({ returned, rate, complete: true })),
    },
  ]);
}

const textOf = (cell: Cell | undefined): string | null =>
  cell === undefined || cell.rate === null
    ? null
    : `${showShare(cell.rate)}${cell.complete ? '' : '*'}`;

/** The warmer, the more came back. */
function toneOf(cell: Cell | undefined): Tone | undefined {
  if (cell === undefined || cell.rate === null) return undefined;
  if (!cell.complete) return 'quiet';
  if (cell.rate >= 0.4) return 'good';
  return cell.rate >= 0.15 ? 'middling' : undefined;
}

interface CellRow extends Cell {
  readonly group: string | null;
  readonly start: string;
  readonly end: string;
  readonly size: number;
  readonly first: number;
  readonly last: number;
}

const cellsOf = ({ series, columns }: Data): CellRow[] =>
  series.flatMap(({ group, cohorts }) =>
    cohorts.flatMap(({ start, end, size, cells }) =>
      cells.map((cell, index): CellRow => {
        const { first = 0, last = 0 } = columns[index] ?? {};
        return { group, start, end, size, first, last, ...cell };
      }),
    ),
  );

const CELL_COLUMNS: readonly Column<CellRow>[] = [
  { name: 'group', kind: 'text', read: (row) => row.group },
  { name: 'start', kind: 'minute', read: (row) => row.start },
  { name: 'end', kind: 'minute', read: (row) => row.end },
  { name: 'size', kind: 'count', read: (row) => row.size },
  { name: 'first', kind: 'count', read: (row) => row.first },
  { name: 'last', kind: 'count', read: (row) => row.last },
  { name: 'returned', kind: 'count', read: (row) => row.returned },
  { name: 'rate', kind: 'share', read: (row) => row.rate },
  { name: 'complete', kind: 'text', read: (row) => String(row.complete) },
];
