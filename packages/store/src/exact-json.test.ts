import { describe, expect, it } from 'vitest';
import { parseExactJson } from './exact-json.ts';

describe('parseExactJson', () => {
  it.each<[string, string, unknown]>([
    ['small integers as numbers', '{"a":1,"b":-2}', { a: 1, b: -2 }],
    ['the largest safe integer as a number', '9007199254740991', Number.MAX_SAFE_INTEGER],
    [
      'larger integers as text',
      '[9007199254740993,-9223372036854775808]',
      ['9007199254740993', '-9223372036854775808'],
    ],
    [
      'digits inside a text untouched',
      '{"1234567890123456789":"x 1234567890123456789 \\" 1234567890123456789"}',
      { '1234567890123456789': 'x 1234567890123456789 " 1234567890123456789' },
    ],
    [
      'long doubles as numbers',
      '[0.12345678901234568,1234567890123456789.5,1e30,12345678901234567e3]',
      [0.12345678901234568, 1234567890123456800, 1e30, 12345678901234567000],
    ],
  ])('reads %s', (_case, text, value) => {
    expect(parseExactJson(text)).toEqual(value);
  });
});
