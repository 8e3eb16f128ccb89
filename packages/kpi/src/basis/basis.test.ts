/** How long numbers that stand on definitions take to turn out. */
import { expect, test } from 'vitest';
import { createEmptySet, parseDefinitions } from '../definition/set.ts';
import { maturityMs } from './basis.ts';

const HOUR_MS = 3_600_000;

test.each([
  ['periods: 5', 3],
  ['periods: 5, criterion: on_or_after', 6],
  ['brackets: [1, 3, 4]', 5],
  ['brackets: [1, 3, 4], criterion: on_or_after', 9],
])('day 2 of a table with %s turns out after %i days', (words, days) => {
  const text = `retention:\n  - {id: a, start: feature:any, return: feature:any, period: day, ${words}}\n`;
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  const { retention } = loaded.ok ? loaded.set : createEmptySet(0);
  const found = retention.get('a');
  if (found === undefined) throw new Error(text);
  // The clock may be changed by an hour meanwhile.
  const waitMs = maturityMs({ kind: 'retention', definition: found, period: 2 });
  expect(waitMs).toBe(days * 24 * HOUR_MS + HOUR_MS);
});
