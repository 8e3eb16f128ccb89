/** Tables as Markdown, with every sign of the format in a text escaped. */
import { clean } from './clean.ts';
import type { Table } from './column.ts';

/** The lines of a GitHub-flavoured table. */
export function markdownTable({ heads, rows }: Table): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(heads.map(({ title }) => markdownText(title))),
    line(heads.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(({ text }) => markdownText(text)))),
  ];
}

/** A text that stays text. */
export function markdownText(text: string): string {
  return clean(text).replaceAll(/[\\`*_[\]<>|~#]/gu, String.raw`\$&`);
}
