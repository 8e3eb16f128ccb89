import { expect, test } from 'vitest';
import { createSuggestionWork, editDistance, suggest } from './suggestion.ts';

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

test('many words share one budget of work, and what is behind its end is not looked at', () => {
  let looks = 0;
  const names = Array.from({ length: 500_000 }, (_, i) => `event_${i}_x`);
  const known = {
    *[Symbol.iterator](): Generator<string> {
      for (const name of names) {
        looks++;
        yield name;
      }
    },
  };
  const work = createSuggestionWork();
  suggest('event_zzz', known, work);
  const first = looks;
  expect(first).toBeGreaterThan(10_000);
  expect(first).toBeLessThan(200_000);
  for (let word = 0; word < 1000; word++) suggest('event_zzz', known, work);
  expect(looks).toBe(first);
});
