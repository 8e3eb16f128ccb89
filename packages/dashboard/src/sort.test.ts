/** Order of the rows. */
import type { FeatureRow } from '@heartwood/api/contract';
import { describe, expect, test } from 'vitest';
import { type SortKey, keepOrder, nextSort, searchRows, sortRows } from './sort.ts';
import { SAMPLES, rowOf } from './testing/answers.ts';

const [first] = SAMPLES;
const row = (feature: string, change: Partial<FeatureRow> = {}): FeatureRow => ({
  ...rowOf(first!, 0, undefined),
  feature,
  ...change,
});
const names = (rows: readonly FeatureRow[]): string[] => rows.map(({ feature }) => feature);

describe('rows', () => {
  test.each<[string, SortKey, boolean, FeatureRow[], string[]]>([
    [
      'by number, largest first',
      'runs',
      true,
      [row('a', { runs: 2 }), row('b', { runs: 10 })],
      ['b', 'a'],
    ],
    [
      'by number, smallest first',
      'runs',
      false,
      [row('a', { runs: 10 }), row('b', { runs: 2 })],
      ['b', 'a'],
    ],
    [
      'by name, with numbers in them as numbers',
      'feature',
      false,
      [row('v10'), row('v9'), row('V1')],
      ['V1', 'v9', 'v10'],
    ],
    [
      'by tier from excellent to very slow',
      'tier',
      false,
      [row('a', { tier: 'very_slow' }), row('b', { tier: 'good' }), row('c', { tier: 'slow' })],
      ['b', 'c', 'a'],
    ],
    ['equal ones by name', 'runs', true, [row('b'), row('a')], ['a', 'b']],
  ])('are ordered %s', (_name, key, descending, rows, expected) => {
    expect(names(sortRows(rows, { key, descending }))).toEqual(expected);
  });

  test.each([true, false])('without a value come last, descending %s', (descending) => {
    const rows = [row('none', { p95Ms: null }), row('some', { p95Ms: 5 })];
    expect(names(sortRows(rows, { key: 'p95Ms', descending }))).toEqual(['some', 'none']);
  });

  test('keep their order under the pointer, new ones come behind', () => {
    const rows = [row('new'), row('a'), row('b')];
    expect(names(keepOrder(rows, ['b', 'gone', 'a']))).toEqual(['b', 'a', 'new']);
  });
});

describe('a click on a column', () => {
  test('that is ordered by already turns the direction', () => {
    expect(nextSort({ key: 'runs', descending: true }, 'runs').descending).toBe(false);
  });

  test.each<[SortKey, boolean]>([
    ['p95Ms', true],
    ['successRate', false],
    ['efficiency', false],
    ['feature', false],
  ])('%s shows the remarkable first', (key, descending) => {
    expect(nextSort({ key: 'runs', descending: true }, key)).toEqual({ key, descending });
  });
});

test('a search finds rows that contain all words, in any case, in name, category or component', () => {
  const rows = [
    row('GET /cart', { category: 'web_interface' }),
    row('cart.sync', { category: 'other' }),
  ];
  expect(names(searchRows(rows, 'CART web'))).toEqual(['GET /cart']);
  expect(names(searchRows(rows, '  '))).toHaveLength(2);
  expect(names(searchRows(rows, 'checkout'))).toEqual([]);
});
