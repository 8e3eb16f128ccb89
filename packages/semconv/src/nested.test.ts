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
