import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainInteger } from './plain-integer.ts';

/** What was read of a text with an object's rest behind it, and how much of the text; nothing when none was. */
function read(text: string): { value: bigint; length: number } | undefined {
  const bytes = Buffer.from(`${text}},"a":"0123456789012345678"}`);
  const target = { pos: 0, low: 0, high: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isRead = readPlainInteger(view, bytes.length, target);
  if (!isRead && target.pos === 0) return undefined;
  const value = (BigInt(target.high) << 32n) | BigInt(target.low >>> 0);
  return { value, length: target.pos };
}

test.each([
  '0',
  '"0"',
  '7',
  '"200"',
  '999999999',
  '"999999999"',
  '"1000000000000000000"',
  '"1700000000123456789"',
  '"9223372036854775807"',
])('%s is read', (text) => {
  expect(read(text)).toEqual({ value: BigInt(JSON.parse(text)), length: text.length });
});

test.each([
  ['nothing', ''],
  ['an empty string', '""'],
  ['null', 'null'],
  ['a negative number', '-1'],
  ['a leading zero', '"007"'],
  ['ten digits', '1000000000'],
  ['a fraction', '1.5'],
  ['an exponent', '"1e3"'],
  ['a space behind', '1 '],
  ['a string that is not closed', '"12'],
  ['18 digits', '"170000000012345678"'],
  ['20 digits', '"18446744073709551615"'],
  ['19 digits beyond 63 bits', '"9223372036854775808"'],
  ['19 digits with a leading zero', '"0700000000123456789"'],
  ['a letter among 19 digits', '"17000000x0123456789"'],
  ['a colon, the character behind the nine', '"17000000:0123456789"'],
  ['a slash, the character before the zero', '"17000000/0123456789"'],
])('%s is left to others', (_, text) => {
  expect(read(text)).toBeUndefined();
});

test('what it reads is the integer, to the last bit', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.bigInt({ min: 0n, max: 999_999_999n }),
        fc.bigInt({ min: 10n ** 18n, max: 2n ** 63n - 1n }),
      ),
      (value) => {
        const text = `"${value}"`;
        expect(read(text)).toEqual({ value, length: text.length });
      },
    ),
    { numRuns: 2000 },
  );
});

test('nothing is read where less is left than may be looked at', () => {
  const bytes = Buffer.from('"1700000000123456789"   ');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const target = { pos: 0, low: 0, high: 0 };
  expect(readPlainInteger(view, bytes.length - 1, target)).toBe(false);
  expect(readPlainInteger(view, bytes.length, target)).toBe(true);
});
