import { expect, test } from 'vitest';
import { markdownTable } from './markdown.ts';

test('cells stay cells and text stays text', () => {
  const heads = [
    { title: 'feature', align: 'left', rank: 0 },
    { title: 'runs', align: 'right', rank: 0 },
  ] as const;
  const rows = [[{ text: 'a|b\n<img> [x](y) `z`' }, { text: '1,204' }]];
  expect(markdownTable({ heads, rows }).join('\n')).toMatchInlineSnapshot(`
    "| feature | runs |
    | --- | ---: |
    | a\\|b \\<img\\> \\[x\\](y) \\\`z\\\` | 1,204 |"
  `);
});
