/** Facts with dotted keys as objects: nothing is lost, whatever the keys. */
import { expect, it } from 'vitest';
import { toNested } from './nested.ts';

it.each([
  ['dotted keys', { 'a.b': 1, 'a.c.d': 2, e: 3 }, { a: { b: 1, c: { d: 2 } }, e: 3 }],
  ['a value before an object', { a: 1, 'a.b': 2 }, { a: 1, 'a.b': 2 }],
  ['an object before a value', { 'a.b': 2, a: 1 }, { 'a.b': 2, a: 1 }],
  ['a value in the midst', { 'a.b.c': 1, 'a.b': 2, 'a.d': 3 }, { a: { b: 2, d: 3 }, 'a.b.c': 1 }],
  ['a list is a value', { a: [1], 'a.0': 2 }, { a: [1], 'a.0': 2 }],
  ['nothing', {}, {}],
])('%s', (_case, flat, nested) => {
  expect(toNested(flat)).toEqual(nested);
});

it('keys of prototypes are keys as others are', () => {
  const nested = toNested({ '__proto__.polluted': 1, 'constructor.name': 'x' });
  expect(Object.keys(nested)).toEqual(['__proto__', 'constructor']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

it('a key of very many parts stays one', () => {
  const deepest = Array.from({ length: 32 }, () => 'a').join('.');
  const deeper = Array.from({ length: 20_000 }, () => 'b').join('.');
  const nested = toNested({ [deepest]: 1, [deeper]: 2 });
  expect(Object.keys(nested)).toEqual(['a', deeper]);
  expect(JSON.stringify(nested['a']).split('"a"')).toHaveLength(32);
});
