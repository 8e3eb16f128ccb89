import { expect, test } from 'vitest';
import type { DefinitionSet } from './kinds.ts';
import { digestOf, findUnrevised } from './revision.ts';
import { parseDefinitions } from './set.ts';

function setOf(kpi: string, event = 'sold'): DefinitionSet {
  const text = `measures: {m: {agg: count, of: {event: ${event}}}}\nkpis:\n  k: {measure: m, ${kpi}}`;
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
  return loaded.set;
}

test('a digest differs with the meaning alone', () => {
  expect(digestOf({ a: 1, b: [2n] })).toBe(digestOf({ b: [2n], a: 1, c: undefined }));
  const others = [
    { a: 1n },
    { a: '1' },
    { a: null },
    { a: [1] },
    [['a', 1]],
    new Map([['a', 1]]),
    'a',
  ];
  expect(new Set([{ a: 1 }, ...others].map(digestOf)).size).toBe(others.length + 1);
});

test.each([
  ['the same words', setOf('window: 7d'), []],
  ['another title and target', setOf('window: 7d, title: K, target: 3'), []],
  ['another window', setOf('window: 8d'), [1]],
  ['another window under a new revision', setOf('window: 8d, revision: 2'), []],
  ['a measure that means something else', setOf('window: 7d', 'bought'), [1]],
])('a KPI with %s is to be revised: %#', (_name, after, expected) => {
  const problems = findUnrevised(setOf('window: 7d'), after);
  expect(problems.map(({ place }) => place.line - 2)).toEqual(expected);
  for (const { message } of problems)
    expect(message).toContain('set revision: 2, so that numbers noted');
  expect(problems.every(({ severity }) => severity === 'warning')).toBe(true);
});
