import { expect, test } from 'vitest';
import { createTokenCheck } from './token.ts';

test('without a token everybody passes', () => {
  expect(createTokenCheck(undefined)(undefined)).toBe(true);
});

test.each([
  ['Bearer 0123456789abcdef', true],
  ['bearer 0123456789abcdef', true],
  ['BEARER 0123456789abcdef', true],
  ['Bearer 0123456789abcdeF', false],
  ['Bearer 0123456789abcde', false],
  ['Bearer 0123456789abcdef0', false],
  ['Bearer 0123456789abcdef, Bearer x', false],
  ['Basic 0123456789abcdef', false],
  ['0123456789abcdef', false],
  ['Bearer ', false],
  ['', false],
  [undefined, false],
])('with a token %j passes: %j', (header, passes) => {
  expect(createTokenCheck('0123456789abcdef')(header)).toBe(passes);
});
