import { describe, expect, test } from 'vitest';
import { csvCell, csvHead, csvLine } from './csv.ts';

describe('csvCell', () => {
  test.each([
    ['text stays', 'checkout', 'checkout'],
    ['null is empty', null, ''],
    ['a number stays a number', -12.5, '-12.5'],
    ['commas are quoted', 'a,b', '"a,b"'],
    ['quotes are doubled', 'say "no"', '"say ""no"""'],
    ['line breaks stay inside quotes', 'a\r\nb', '"a\nb"'],
    ['control sequences go', '\u001B[31mred', 'red'],
    ['a formula', '=1+1', "'=1+1"],
    ['a plus', '+1', "'+1"],
    ['a minus in a text', '-1', "'-1"],
    ['an at sign', '@SUM(1)', "'@SUM(1)"],
    ['a tab', '\t=1', "'\t=1"],
    ['a carriage return', '\r=1', '"\'\n=1"'],
    ['a full-width equals sign', '＝1', "'＝1"],
    ['a formula behind a colour', '\u001B[0m=1', "'=1"],
    ['a formula with a comma', '=A(1,2)', '"\'=A(1,2)"'],
  ])('%s', (_name, value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});

test('heads are the words of the API; a series has no column', () => {
  const columns = [
    {
      name: 'feature',
      title: 'x',
      kind: 'text',
      read: (row: { n: number }) => `f${String(row.n)}`,
    },
    { name: 'p50Ms', kind: 'ms', read: (row: { n: number }) => row.n },
    { name: 'trend', kind: 'spark', read: () => [1, 2] },
  ] as const;
  expect(csvHead(columns)).toBe('feature,p50Ms\n');
  expect(csvLine(columns, { n: 0.125 })).toBe('f0.125,0.125\n');
});
