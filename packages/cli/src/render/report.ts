/** A report of several parts, drawn for a terminal or written as Markdown. */
import { clean } from './clean.ts';
import type { Cell, Table } from './column.ts';
import { markdownTable, markdownText } from './markdown.ts';
import { paint, type View } from './style.ts';
import { drawTable, type Drawing } from './table.ts';
import { displayWidth, pad, truncate, wrap } from './width.ts';

/** A part: facts by label, a table, or lines of text under its heading. */
export type Part =
  | { readonly kind: 'facts'; readonly title: string; readonly facts: readonly Fact[] }
  | { readonly kind: 'table'; readonly title: string; readonly table: Table }
  | { readonly kind: 'lines'; readonly title: string; readonly lines: readonly string[] };

/** A label and what holds. */
export type Fact = readonly [label: string, cell: Cell];

/** The lines for a terminal, and the headings that had no room. */
export function drawReport(title: string, parts: readonly Part[], view: View): Drawing {
  const inner = { ...view, width: view.width - INDENT.length };
  const head = (text: string): string =>
    paint(view, 'title', truncate(clean(text), view.width, view.symbols.cut));
  const drawn = parts.map((part) => drawPart(part, inner));
  return {
    lines: [
      head(title),
      ...drawn.flatMap(({ lines }, index) => [
        '',
        head(parts[index]?.title ?? ''),
        ...lines.map((line) => INDENT + line),
      ]),
    ],
    leftOut: drawn.flatMap(({ leftOut }) => leftOut),
  };
}

function drawPart(part: Part, view: View): Drawing {
  const { width, symbols } = view;
  switch (part.kind) {
    case 'table': {
      return drawTable(part.table, view);
    }
    case 'facts': {
      // Labels come from outside too, such as keys of metadata.
      const facts = part.facts.map(([label, cell]) => [clean(label), cell] as const);
      const labelWidth = Math.max(...facts.map(([label]) => displayWidth(label)));
      const lines = facts.map(([label, { text, tone }]) => {
        const short = truncate(clean(text), width - labelWidth - INDENT.length, symbols.cut);
        return `${paint(view, 'quiet', pad(label, labelWidth, 'left'))}${INDENT}${paint(view, tone, short)}`;
      });
      return { lines, leftOut: [] };
    }
    case 'lines': {
      const lines = part.lines.flatMap((line) => wrap(clean(line), width));
      return { lines, leftOut: [] };
    }
    default: {
      return part satisfies never;
    }
  }
}

/** The lines of a Markdown page. */
export function markdownReport(title: string, parts: readonly Part[]): string[] {
  return [
    `# ${markdownText(title)}`,
    ...parts.flatMap((part) => ['', `## ${markdownText(part.title)}`, '', ...markdownPart(part)]),
  ];
}

function markdownPart(part: Part): string[] {
  switch (part.kind) {
    case 'table': {
      return markdownTable(part.table);
    }
    case 'facts': {
      return part.facts.map(
        ([label, { text }]) => `- ${markdownText(label)}: ${markdownText(text)}`,
      );
    }
    case 'lines': {
      return part.lines.map((line) => `- ${markdownText(line)}`);
    }
    default: {
      return part satisfies never;
    }
  }
}

const INDENT = '  ';
