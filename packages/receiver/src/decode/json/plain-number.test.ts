import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainNumber, readPlainNumber } from './plain-number.ts';

test.each([
  ['0', 0],
  ['-0', -0],
  ['7', 7],
  ['-12.5', -12.5],
  ['0.1', 0.1],
  ['0.0000000000000000000001', 1e-22],
  ['0.00000000000000000000001', Number.NaN],
  ['0.8735000000000001', 0.8735000000000001],
  ['9007199254740991', 9007199254740991],
  ['-900719925474099.1', -900719925474099.1],
  ['9007199254740992', Number.NaN],
  ['9007199254740993', Number.NaN],
  ['0.14650000000000002', Number.NaN],
  ['99999999999999999999999', Number.NaN],
  ['00', Number.NaN],
  ['01.5', Number.NaN],
  ['.5', Number.NaN],
  ['5.', Number.NaN],
  ['-', Number.NaN],
  ['1e3', Number.NaN],
  ['1.5E3', Number.NaN],
  ['1.2.3', Number.NaN],
  ['1-2', Number.NaN],
  ['', Number.NaN],
  ['true', Number.NaN],
])('%s', (text, expected) => {
  for (const behind of ['', ',', '}', ' ']) {
    plainNumber.end = -1;
    expect(readPlainNumber(Buffer.from(`[${text}${behind}`), 1)).toBe(expected);
    expect(plainNumber.end).toBe(Number.isNaN(expected) ? -1 : text.length + 1);
  }
});

test('what it reads is the number that JavaScript reads, to the last bit', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer(), fc.double({ noNaN: true }), fc.float({ noNaN: true })),
      (value) => {
        for (const text of [
          String(value),
          value.toFixed(6),
          value.toPrecision(9),
          value.toPrecision(16),
        ]) {
          const read = readPlainNumber(Buffer.from(text), 0);
          expect(Number.isNaN(read) || Object.is(read, Number(text))).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
