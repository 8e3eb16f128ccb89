import { expect, test } from 'vitest';
import { editDistance, suggest } from './suggestion.ts';

test.each([
  ['chekout', ['checkout', 'cart', 'search'], ['checkout']],
  ['CHECKOUT', ['checkout', 'check-out'], ['checkout', 'check-out']],
  ['ai_genration', ['ai_generation', 'crew_execution'], ['ai_generation']],
  ['product', ['GET /products/:id', 'cart'], ['GET /products/:id']],
  ['zzzzzz', ['checkout'], []],
  ['cart', [], []],
  ['a'.repeat(100_000), ['b'.repeat(100_000)], []],
])('for %.20s', (word, known, expected) => {
  expect(suggest(word, known)).toEqual(expected);
});

test.each([
  ['', '', 9, 0],
  ['abc', 'abc', 9, 0],
  ['abc', 'acb', 9, 1],
  ['kitten', 'sitting', 9, 3],
  ['kitten', 'sitting', 2, 3],
  ['abc', 'abcdefgh', 2, 3],
])('the distance of "%s" and "%s" up to %i is %i', (a, b, limit, expected) => {
  expect(editDistance(a, b, limit)).toBe(expected);
});
