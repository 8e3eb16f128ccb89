/** Rows as CSV (RFC 4180, with a line feed at line ends): raw numbers, and texts that no spreadsheet runs as a formula. */
import { cleanLines } from './clean.ts';
import type { Column, Value } from './column.ts';

/** The line of headings. */
export function csvHead<Row>(columns: readonly Column<Row>[]): string {
  return `${forMachines(columns)
    .map(({ name }) => name)
    .join(',')}\n`;
}

/** One line; null is an empty cell. */
export function csvLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  return `${forMachines(columns)
    .map(({ read }) => csvCell(read(row)))
    .join(',')}\n`;
}

// A series has no place in a single cell.
const forMachines = <Row>(columns: readonly Column<Row>[]): Column<Row>[] =>
  columns.filter(({ kind }) => kind !== 'spark');

/** One cell. Texts that a spreadsheet could read as a formula get a leading `'` (OWASP, CSV injection). */
export function csvCell(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  // Judged when clean: an escape sequence must not hide what stands behind it.
  const shown = cleanLines(value);
  const text = /^[=+\-@\t\n＝＋－＠]/u.test(shown) ? `'${shown}` : shown;
  return /[",\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
