/** One page on a terminal: cut to the window, and the few letters that turn the page before into it. */
import { displayWidth, truncate } from '../render/width.ts';

/** How much a window shows. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lines as they fit: none wider than the window, and the line below the last one left for the cursor. */
export function fitLines(lines: readonly string[], size: Size, cut: string): string[] {
  return lines
    .slice(0, Math.max(1, size.rows - 1))
    .map((line) => fitLine(line, Math.max(1, size.columns), cut));
}

/**
 * What turns the lines that stand above the cursor into others; the cursor then stands below those. A line that stays is not
 * written again.
 */
export function toUpdate(before: readonly string[], after: readonly string[]): string {
  const lines = after.map((line, index) =>
    line === before[index] ? '' : `${index < before.length ? ERASE_LINE : ''}${line}`,
  );
  const isSame = before.length === after.length && lines.every((line) => line === '');
  if (isSame) return '';
  const rest = before.length > after.length ? ERASE_BELOW : '';
  return together(`${moveUp(before.length)}${lines.map((line) => `${line}\r\n`).join('')}${rest}`);
}

/** The same over a window of which nothing is known, such as one that has another size: all that it shows goes. */
export const toWhole = (lines: readonly string[]): string =>
  together(`${HOME}${ERASE_BELOW}${lines.map((line) => `${line}\r\n`).join('')}`);

/** Lines that stay, put above the page; they may be wider than the window. */
export const toKept = (page: readonly string[], kept: readonly string[]): string =>
  `${moveUp(page.length)}${ERASE_BELOW}${kept.map((line) => `${line}\r\n`).join('')}`;

/**
 * Shown at once where the terminal knows how (mode 2026), and without breaking lines: what a terminal takes for wider than we
 * do is cut at the edge, and does not push the page down.
 */
const together = (text: string): string => `\u001B[?2026h\u001B[?7l${text}\u001B[?7h\u001B[?2026l`;

const moveUp = (rows: number): string => (rows === 0 ? '\r' : `\r\u001B[${String(rows)}A`);

const ERASE_LINE = '\u001B[2K';
const ERASE_BELOW = '\u001B[J';
const HOME = '\u001B[H';
export const HIDE_CURSOR = '\u001B[?25l';
export const SHOW_CURSOR = '\u001B[?25h';

/** Cuts a line between its colours. */
function fitLine(line: string, columns: number, cut: string): string {
  if (displayWidth(line.replaceAll(COLOURS, '')) <= columns) return line;
  let room = columns;
  let kept = '';
  for (const [index, part] of line.split(COLOURS).entries()) {
    // Colours stand between the texts.
    if (index % 2 === 1) kept += part;
    else {
      const width = displayWidth(part);
      if (width > room - displayWidth(cut))
        return `${kept}${endOf(part, room, cut)}${index > 0 ? RESET : ''}`;
      kept += part;
      room -= width;
    }
  }
  return kept;
}

/** The mark has room for itself, whether or not the rest of the line has some. */
const endOf = (text: string, room: number, cut: string): string =>
  displayWidth(text) > room ? truncate(text, room, cut) : `${truncate(text, room - 1, '')}${cut}`;

const RESET = '\u001B[0m';
// oxlint-disable-next-line no-control-regex
const COLOURS = /(\u001B\[[\d;]*m)/gu;
