/** What the measured figures have to keep: the page is measured, the promise is here. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const FIGURES = readFileSync(path.resolve(import.meta.dirname, '../../BENCHMARKS.md'), 'utf8');

/** Bytes and microseconds by their unit on the page. */
const UNITS: Readonly<Record<string, number>> = { B: 1, ns: 0.001, µs: 1, ms: 1000 };

/** Our own figure in a row, in bytes or microseconds. */
function figureOf(row: string): number {
  const line = FIGURES.split('\n').find((text) => text.startsWith(`| ${row}`)) ?? '';
  const [, number = '', unit = ''] =
    /^([\d.,]+) (\S+)$/u.exec(line.split('|')[2]?.trim() ?? '') ?? [];
  return Number(number.replaceAll(',', '')) * (UNITS[unit] ?? Number.NaN);
}

test.each([
  ['S2-111: a progress event costs less than a millisecond', 'the same where each makes', 1000],
  ['S2-114: two and a half thousand live operations are held in 5 MB', 'heap per live', 2000],
  ['S3-100: watching an operation adds less than 5 ms to it', 'wrapped call over the app', 5000],
])('%s', (_promise, row, most) => {
  expect(figureOf(row)).toBeLessThan(most);
});
