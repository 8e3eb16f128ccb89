/** Makes docs/conformance.md from the rows that the tests run; `npm run docs` writes it, a test holds it equal. */
import path from 'node:path';
import { COLLECTOR_TESTS } from './collector.ts';
import type { Row } from './row.ts';
import { SPECIFICATION } from './specification.ts';

export const CONFORMANCE_FILE = path.resolve(import.meta.dirname, '../../docs/conformance.md');

export function renderConformance(): string {
  const count = (level: Row['level']): number =>
    SPECIFICATION.filter((row) => row.level === level).length;
  return `${[
    '# Conformance with OTLP',
    'Made by `npm run docs` from the rows of `test/conformance`; change those, not this page. Each row is a test that `npm test` runs against a real receiver, followed by a good request that must be taken.',
    `OTLP 1.11: ${count('MUST')} rows of what must be, ${count('SHOULD')} of what should be, ${count('MAY')} of what may be; all hold. Rows that ask something of each signal ask it of every signal that the receiver takes. The last column says where the OpenTelemetry Collector does otherwise, as its source told in August 2026; it was not run for this page.`,
    '## The specification',
    table(
      ['section', 'level', 'what is asked', 'over', 'what is sent', 'our answer', 'the Collector'],
      SPECIFICATION.map((row) => [
        row.section,
        row.level,
        row.asks,
        row.over,
        row.sent,
        row.answer,
        row.collector ?? 'alike',
      ]),
    ),
    "## What the Collector's own tests check",
    'Asked of our receiver in our own words.',
    table(
      ['their test', 'what is checked', 'over', 'what is sent', 'our answer', 'the Collector'],
      COLLECTOR_TESTS.map((row) => [
        row.section,
        row.asks,
        row.over,
        row.sent,
        row.answer,
        row.collector ?? 'alike',
      ]),
    ),
  ].join('\n\n')}\n`;
}

/** A table with its columns aligned, as the formatter writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) =>
    row.map((text) => text.replaceAll('|', String.raw`\|`)),
  );
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], fill = ' '): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0, fill)).join(' | ')} |`;
  const [titles = [], ...body] = cells;
  return [
    line(titles),
    line(
      head.map(() => ''),
      '-',
    ),
    ...body.map((row) => line(row)),
  ].join('\n');
}
