import { expect, test } from 'vitest';
import { boundsOfFormula, type Bounds } from './formula-bounds.ts';
import { parseFormula } from './formula-parser.ts';
import { evaluateFormula } from './formula.ts';
import { createRandom } from './testing/world.ts';

const boundsOf = (text: string, known: Readonly<Record<string, Bounds | null>>): Bounds | null =>
  boundsOfFormula(parseFormula(text), (name) => known[name] ?? null);

const ANYTHING: Bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

test.each<[string, Bounds | null]>([
  ['a + 1', [3, 5]],
  ['a - b', [-1, 3]],
  ['-a', [-4, -2]],
  ['a * (0 - b)', [-12, -2]],
  ['a / b', [2 / 3, 4]],
  ['1 / (a - 3)', ANYTHING],
  ['1 / (3 - 3)', null],
  ['abs(a - 3)', [0, 1]],
  ['abs(0 - a)', [2, 4]],
  ['min(a, b)', [1, 3]],
  ['max(a, b)', [2, 4]],
  ['coalesce(none, a)', [2, 4]],
  ['a + none', null],
  ['max(a, none)', null],
])('%s', (text, expected) => {
  expect(boundsOf(text, { a: [2, 4], b: [1, 3] })).toEqual(expected);
});

test('no value of a formula is outside of its bounds', () => {
  const random = createRandom(11);
  const formulas = ['(a - b) / (a + c)', 'abs(a - b) * c', 'max(a * b, -c) - min(b, c / a)'];
  for (let round = 0; round < 500; round++) {
    const known = Object.fromEntries(
      ['a', 'b', 'c'].map((name) => {
        const low = random() * 4 - 1;
        return [name, [low, low + random()] as const];
      }),
    );
    for (const text of formulas) {
      const [low, high] = boundsOf(text, known) ?? ANYTHING;
      const { value } = evaluateFormula(parseFormula(text), (name) => {
        const [least, most] = known[name] ?? [0, 0];
        return least + (most - least) * random();
      });
      expect(value ?? low, text).toBeGreaterThanOrEqual(low - 1e-9);
      expect(value ?? high, text).toBeLessThanOrEqual(high + 1e-9);
    }
  }
});
