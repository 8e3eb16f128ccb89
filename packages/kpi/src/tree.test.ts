import { expect, test } from 'vitest';
import { placeInTree } from './tree.ts';

const node = (spanId: string, parentSpanId: string | null) => ({ spanId, parentSpanId });
const shape = (nodes: readonly ReturnType<typeof node>[]): string =>
  placeInTree(nodes)
    .map(({ node: { spanId }, depth, orphan }) => `${spanId}${String(depth)}${orphan ? '!' : ''}`)
    .join(' ');

test.each([
  [
    'a tree is walked depth first, siblings in order',
    [node('a', null), node('c', 'a'), node('b', 'a'), node('d', 'c')],
    'a0 c1 d2 b1',
  ],
  [
    'a child that comes before its parent is put behind it',
    [node('b', 'a'), node('a', null)],
    'a0 b1',
  ],
  [
    'a span whose parent is missing is an orphan',
    [node('a', null), node('b', 'x'), node('c', 'b')],
    'a0 b0! c1',
  ],
  ['a span that is its own parent is an orphan', [node('a', 'a')], 'a0!'],
  [
    'a circle is cut at its first span',
    [node('a', 'c'), node('b', 'a'), node('c', 'b')],
    'a0! b1 c2',
  ],
  [
    'two spans of one id both stand, children under the later',
    [node('a', null), node('a', null), node('b', 'a')],
    'a0 a0 b1',
  ],
  ['nothing gives nothing', [], ''],
])('%s', (_name, nodes, expected) => {
  expect(shape(nodes)).toBe(expected);
});

test('a chain of 50,000 spans does not exhaust the stack', () => {
  const chain = Array.from({ length: 50_000 }, (_, index) =>
    node(String(index), index === 0 ? null : String(index - 1)),
  );
  expect(placeInTree(chain).at(-1)?.depth).toBe(49_999);
});

test('every span stands exactly once whatever the parents are', () => {
  const nodes = Array.from({ length: 500 }, (_, index) =>
    node(String(index % 300), String((index * 7919) % 400)),
  );
  const placed = placeInTree(nodes);
  expect(new Set(placed.map((place) => place.node)).size).toBe(500);
  expect(placed).toHaveLength(500);
});
