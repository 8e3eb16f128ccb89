/** Draws a table so that it fits the terminal: long texts are cut, and what still has no room is left out. */
import { clean } from './clean.ts';
import type { Head, Table } from './column.ts';
import { paint, type View } from './style.ts';
import { displayWidth, pad, truncate } from './width.ts';

/** The drawn lines, and the headings that had no room, the most missed first. */
export interface Drawing {
  readonly lines: readonly string[];
  readonly leftOut: readonly string[];
}

/** Draws heads and rows, two spaces apart. */
export function drawTable(table: Table, view: View): Drawing {
  const rows = table.rows.map((row) => row.map((cell) => ({ ...cell, text: clean(cell.text) })));
  // Some are titles of definitions.
  const heads = table.heads.map((head) => ({ ...head, title: clean(head.title) }));
  const natural = heads.map(({ title }, index) =>
    rows.reduce(
      (most, row) => Math.max(most, displayWidth(row[index]?.text ?? '')),
      displayWidth(title),
    ),
  );
  const { widths, leftOut } = fit(heads, natural, view.width);
  const shown = heads.flatMap((head, index) => {
    const width = widths[index];
    return width === undefined ? [] : [{ ...head, index, width }];
  });
  const { cut } = view.symbols;
  const titles = shown.map(({ title, width, align }) =>
    pad(truncate(title, width, cut), width, align),
  );
  return {
    lines: [
      paint(view, 'quiet', titles.join(GAP).trimEnd()),
      ...rows.map((row) =>
        shown
          .map(({ index, width, align }) => {
            const { text = '', tone } = row[index] ?? {};
            const short = truncate(text, width, cut);
            const space = ' '.repeat(width - displayWidth(short));
            const painted = paint(view, tone, short);
            return align === 'left' ? painted + space : space + painted;
          })
          .join(GAP)
          .trimEnd(),
      ),
    ],
    leftOut: leftOut.toReversed(),
  };
}

const GAP = '  ';

/** Widths by column; undefined for those without room. */
function fit(
  heads: readonly Head[],
  natural: readonly number[],
  available: number,
): { widths: (number | undefined)[]; leftOut: string[] } {
  const widths: (number | undefined)[] = [...natural];
  const leftOut: string[] = [];
  for (;;) {
    const kept = [...widths.keys()].filter((index) => widths[index] !== undefined);
    const floor = (index: number): number =>
      Math.min(natural[index] ?? 0, heads[index]?.cutTo ?? Number.POSITIVE_INFINITY);
    const least = kept.reduce((sum, index) => sum + floor(index), GAP.length * (kept.length - 1));
    if (least <= available) {
      shrink(widths, kept, floor, available - GAP.length * (kept.length - 1));
      return { widths, leftOut };
    }
    const weakest = kept.reduce((a, b) => ((heads[b]?.rank ?? 0) <= (heads[a]?.rank ?? 0) ? b : a));
    if (kept.length === 1) {
      widths[weakest] = available;
      return { widths, leftOut };
    }
    widths[weakest] = undefined;
    leftOut.push(heads[weakest]?.title ?? '');
  }
}

/** Cuts all to one common width, the largest with which they fit; none below its floor. */
function shrink(
  widths: (number | undefined)[],
  kept: readonly number[],
  floor: (index: number) => number,
  available: number,
): void {
  const cutAt = (limit: number): number[] =>
    kept.map((index) => Math.min(widths[index] ?? 0, Math.max(floor(index), limit)));
  const total = (all: readonly number[]): number => all.reduce((sum, width) => sum + width, 0);
  let fits = 0;
  let tooWide = Math.max(...kept.map((index) => widths[index] ?? 0)) + 1;
  while (tooWide - fits > 1) {
    const middle = Math.floor((fits + tooWide) / 2);
    if (total(cutAt(middle)) <= available) fits = middle;
    else tooWide = middle;
  }
  const cut = cutAt(fits);
  let spare = available - total(cut);
  for (const [position, index] of kept.entries()) {
    const width = cut[position] ?? 0;
    const more = width < (widths[index] ?? 0) && width >= fits && spare > 0 ? 1 : 0;
    widths[index] = width + more;
    spare -= more;
  }
}
