/** Columns: what a row says in each, raw for machines and written out for people. */
import { drawSpark } from './chart.ts';
import { showBytes, showCount, showDuration, showMs, showScore, showShare } from './number.ts';
import type { Tone, View } from './style.ts';
import { showTime } from './time.ts';

/** What a value is, which decides how it is written and to which side it stands. */
type ColumnKind =
  | 'text'
  | 'count'
  | 'ms'
  | 'duration'
  | 'seconds'
  | 'share'
  | 'score'
  | 'bytes'
  | 'minute'
  | 'second'
  | 'spark';

/** One column over rows of a type. */
export interface Column<Row> {
  /** Word of the API; the heading in CSV. */
  readonly name: string;
  /** Heading for people, with the unit; absent when the column is for machines alone. */
  readonly title?: string;
  readonly kind: ColumnKind;
  /** What the value of a row is, where that differs from row to row; people alone are shown it. */
  readonly kindOf?: (row: Row) => ColumnKind;
  readonly read: (row: Row) => Value;
  /** The highest stay longest when the terminal is narrow. Default 0. */
  readonly rank?: number;
  /** A longer text may be cut to this many columns; absent when it is useless in part. */
  readonly cutTo?: number;
  readonly tone?: (row: Row) => Tone | undefined;
}

/** The last column of a list of what there is. */
export const MEANING: Column<{ readonly meaning: string }> = {
  name: 'meaning',
  title: 'meaning',
  kind: 'text',
  read: ({ meaning }) => meaning,
  rank: 50,
  cutTo: 30,
};

/** What a column reads. */
export type Value = string | number | null | readonly number[];

/** What stands in a table: finished text. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** A table ready to be drawn. */
export interface Table {
  readonly heads: readonly Head[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The head of a drawn column. */
export interface Head {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly rank: number;
  readonly cutTo?: number | undefined;
}

/** Rows as a table for people; moments in the given zone. */
export function toTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  view: View,
  timeZone: string,
): Table {
  const shown = columns.filter(({ title }) => title !== undefined);
  return {
    heads: shown.map(({ title = '', kind, rank = 0, cutTo }) => ({
      title,
      align: isNumber(kind) ? 'right' : 'left',
      rank,
      cutTo,
    })),
    rows: rows.map((row) =>
      shown.map(({ kind, kindOf, read, tone }) => ({
        text: show(kindOf?.(row) ?? kind, read(row), view, timeZone),
        tone: tone?.(row),
      })),
    ),
  };
}

/** Columns that the small chart of a table takes at most. */
const SPARK_WIDTH = 16;

const isNumber = (kind: ColumnKind): boolean =>
  ['count', 'ms', 'duration', 'seconds', 'share', 'score', 'bytes'].includes(kind);

function show(kind: ColumnKind, value: Value, { symbols }: View, timeZone: string): string {
  if (value === null) return symbols.none;
  if (typeof value === 'string') {
    return kind === 'minute' || kind === 'second' ? showTime(value, timeZone, kind) : value;
  }
  if (typeof value !== 'number') return drawSpark(value, SPARK_WIDTH, symbols);
  if (kind === 'ms') return showMs(value);
  if (kind === 'duration') return showDuration(value);
  if (kind === 'seconds') return showDuration(value * 1000);
  if (kind === 'share') return showShare(value);
  if (kind === 'bytes') return showBytes(value);
  return kind === 'score' ? showScore(value) : showCount(value);
}
