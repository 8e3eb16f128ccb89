import { expect, test } from 'vitest';
import { suggest, suggestion } from './suggest.ts';

const KNOWN = ['features list', 'features show', 'records list', 'list-features'];

test.each([
  ['a letter too few', 'feature list', ['features list']],
  ['two letters swapped', 'recrods list', ['records list']],
  ['a letter wrong', 'features shaw', ['features show']],
  ['other case', 'Records List', ['records list']],
  ['a beginning', 'rec', ['records list']],
  ['nothing close', 'banana', []],
  ['nothing at all', '', []],
])('%s', (_name, typed, close) => {
  expect(suggest(typed, KNOWN)).toEqual(close);
});

test('dashes bring no flag closer', () => {
  expect(suggest('--once', ['--force'])).toEqual([]);
  expect(suggest('--fore', ['--force', '--from'])).toEqual(['--force']);
});

test('a very long word is no slip of the finger', () => {
  expect(suggest('x'.repeat(1_000_000), KNOWN)).toEqual([]);
});

test('as a sentence', () => {
  expect(suggestion('feature list', KNOWN)).toBe(' Did you mean features list?');
  expect(suggestion('banana', KNOWN)).toBe('');
});
