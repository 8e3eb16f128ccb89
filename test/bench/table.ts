/** A table on the terminal that can be pasted into a Markdown document. */

export interface Table {
  row(cells: readonly string[]): void;
  /** A line that belongs to the last row. */
  note(text: string): void;
}

/** Prints head and rows as they come; columns are as wide as the head and the first cell's `width`. */
export function createTable(head: readonly string[], width = 40): Table {
  const widths = head.map((title, index) => (index === 0 ? width : Math.max(title.length, 8)));
  const print = (cells: readonly string[]): void => {
    const padded = cells.map((text, index) =>
      index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0),
    );
    console.log(`| ${padded.join(' | ')} |`);
  };
  print(head);
  print(
    widths.map((columns, index) =>
      index === 0 ? '-'.repeat(columns) : `${'-'.repeat(columns - 1)}:`,
    ),
  );
  return { row: print, note: (text) => console.log(`  (${text})`) };
}

/** A number with so many decimals. */
export const cell = (value: number, decimals: number): string => value.toFixed(decimals);

/** A number of records, three digits of it. */
export const count = (value: number): string =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 0 });
