import { describe, expect, test } from 'vitest';
import type { Table } from './column.ts';
import { ASCII, UNICODE } from './style.ts';
import { drawTable } from './table.ts';
import { displayWidth } from './width.ts';

const TABLE: Table = {
  heads: [
    { title: 'feature', align: 'left', rank: 3, cutTo: 10 },
    { title: 'runs', align: 'right', rank: 2 },
    { title: 'message', align: 'left', rank: 1, cutTo: 8 },
    { title: 'trace', align: 'left', rank: 0 },
  ],
  rows: [
    [
      { text: 'checkout and pay', tone: 'good' },
      { text: '12,040' },
      { text: 'the bank said no' },
      { text: '0af7651916cd' },
    ],
    [{ text: '検索結果のページ' }, { text: '1' }, { text: '\u001B[31mred' }, { text: '–' }],
  ],
};

const draw = (width: number) => {
  const { lines, leftOut } = drawTable(TABLE, { colour: false, symbols: UNICODE, width });
  return `\n${lines.join('\n')}\nleft out: ${leftOut.join(', ')}`;
};

describe('drawTable', () => {
  test('takes the room it needs when nothing has to fit', () => {
    expect(draw(Infinity)).toMatchInlineSnapshot(`
      "
      feature             runs  message           trace
      checkout and pay  12,040  the bank said no  0af7651916cd
      検索結果のページ       1  red               –
      left out: "
    `);
  });
  test('cuts the longest texts first', () => {
    expect(draw(50)).toMatchInlineSnapshot(`
      "
      feature          runs  message        trace
      checkout and…  12,040  the bank sai…  0af7651916cd
      検索結果のペ…       1  red            –
      left out: "
    `);
  });
  test('leaves out the least important when cutting is not enough', () => {
    expect(draw(30)).toMatchInlineSnapshot(`
      "
      feature       runs  message
      checkout…   12,040  the bank…
      検索結果…        1  red
      left out: trace"
    `);
  });
  test('keeps the most important to the last', () => {
    expect(draw(9)).toMatchInlineSnapshot(`
      "
      feature
      checkout…
      検索結果…
      left out: runs, message, trace"
    `);
  });

  test.each(Array.from({ length: 80 }, (_, width) => width + 1))('fits %d columns', (width) => {
    const { lines } = drawTable(TABLE, { colour: false, symbols: UNICODE, width });
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test('colours change no column', () => {
    const coloured = drawTable(TABLE, { colour: true, symbols: UNICODE, width: 40 }).lines;
    // oxlint-disable-next-line no-control-regex
    const stripped = coloured.map((line) => line.replaceAll(/\u001B\[\d*m/gu, ''));
    expect(coloured[1]).toContain('\u001B[32m');
    expect(stripped).toEqual(
      drawTable(TABLE, { colour: false, symbols: UNICODE, width: 40 }).lines,
    );
  });

  test('a text of a megabyte is cut like any other', () => {
    const rows = [[{ text: 'x'.repeat(1_000_000) }, { text: 'y'.repeat(1_000_000) }]];
    const heads = TABLE.heads.slice(0, 1).flatMap((head) => [head, head]);
    const { lines } = drawTable({ heads, rows }, { colour: false, symbols: ASCII, width: 42 });
    expect(lines[1]).toBe(`${'x'.repeat(19)}~  ${'y'.repeat(19)}~`);
  });
});
