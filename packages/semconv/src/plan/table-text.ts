/** Tables as text: Markdown and CSV (RFC 4180), written and read so that every cell comes back as it was. */

/** The two kinds of text. */
export type TableFormat = 'markdown' | 'csv';

/** Rows of cells, the first one with the names of the columns; each row knows its line, from 1. */
export interface TextTable {
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[];
  /** Line of a quote that nothing closes, which took all that follows into one cell. */
  readonly openQuote?: number | undefined;
}

/** Writes rows, the first one with the names of the columns. Cells are without space at their ends. */
export function writeTable(rows: readonly (readonly string[])[], format: TableFormat): string {
  if (format === 'csv') return rows.map((row) => `${row.map(toCsvCell).join(',')}\r\n`).join('');
  const [names = [], ...others] = rows.map((row) => `| ${row.map(toMarkdownCell).join(' | ')} |`);
  const line = `|${(rows.at(0) ?? []).map(() => ' --- |').join('')}`;
  return `${[names, line, ...others].join('\n')}\n`;
}

/** Reads a table of either kind: Markdown where the first line with text begins with `|`. */
export function parseTable(text: string): TextTable {
  const plain = text.replace(/^\uFEFF/, '');
  return /^\s*\|/.test(plain) ? parseMarkdown(plain) : parseCsv(plain);
}

/** A cell that a spreadsheet would calculate gets a quote in front, which is taken off again. */
function toCsvCell(cell: string): string {
  const safe = /^['=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function toMarkdownCell(cell: string): string {
  return cell
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\|]/g, String.raw`\$&`)
    .replaceAll(/\r\n|\r|\n/g, '<br>');
}

function fromMarkdownCell(cell: string): string {
  return cell
    .trim()
    .replaceAll(/<br\s*\/?>/gi, '\n')
    .replaceAll(/\\([\\|])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&');
}

function parseMarkdown(text: string): TextTable {
  const rows: { line: number; cells: string[] }[] = [];
  for (const [index, content] of text.split(/\r\n|\r|\n/).entries()) {
    const row = content.trim();
    // The second row of a table only says that it is one.
    if (!row.startsWith('|') || (/^[\s|:-]+$/.test(row) && row.includes('-'))) continue;
    const cells = splitRow(row.slice(1));
    if (cells.at(-1)?.trim() === '') cells.pop();
    rows.push({ line: index + 1, cells: cells.map(fromMarkdownCell) });
  }
  return { rows };
}

/** Cells between bars that no backslash stands before. */
function splitRow(row: string): string[] {
  const cells: string[] = [];
  let begin = 0;
  for (let at = 0; at < row.length; at++) {
    if (row.charAt(at) === '\\') at += 1;
    else if (row.charAt(at) === '|') {
      cells.push(row.slice(begin, at));
      begin = at + 1;
    }
  }
  cells.push(row.slice(begin));
  return cells;
}

function parseCsv(text: string): TextTable {
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  // Spreadsheets of half of Europe write semicolons.
  const separator = firstLine.includes(',') ? ',' : firstLine.includes(';') ? ';' : ',';
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let begun = 1;
  let quote = 1;
  const endRow = (): void => {
    cells.push(cell);
    if (cells.length > 1 || cell.trim() !== '')
      rows.push({ line: begun, cells: cells.map(fromCsvCell) });
    cells = [];
    cell = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    // CRLF ends a line once; CR alone does where a Mac's spreadsheet wrote the file.
    const endsLine = character === '\n' || (character === '\r' && text.charAt(at + 1) !== '\n');
    if (endsLine) line += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell.trim() === '') {
      cell = '';
      isQuoted = true;
      quote = line;
    } else if (character === separator) {
      cells.push(cell);
      cell = '';
    } else if (endsLine) {
      endRow();
      begun = line;
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || cells.length > 0) endRow();
  return { rows, openQuote: isQuoted ? quote : undefined };
}

const fromCsvCell = (cell: string): string => {
  const text = cell.trim().replaceAll('\r\n', '\n');
  return /^'['=+\-@\t\r]/.test(text) ? text.slice(1) : text;
};
