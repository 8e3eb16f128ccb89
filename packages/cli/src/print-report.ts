/** Prints a report of several parts. */
import { noteLeftOut } from './listing.ts';
import type { Output } from './output.ts';
import { drawReport, markdownReport, type Part } from './render/report.ts';

/** Prints a report for people: drawn, or as a page of Markdown. */
export async function printReport(
  output: Output,
  title: string,
  parts: readonly Part[],
): Promise<void> {
  if (output.format === 'md')
    return await output.write(`${markdownReport(title, parts).join('\n')}\n`);
  const { lines, leftOut } = drawReport(title, parts, output.view);
  await output.write(`${lines.join('\n')}\n`);
  noteLeftOut(output, leftOut);
}
