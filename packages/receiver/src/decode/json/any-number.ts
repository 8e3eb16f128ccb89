/** Numbers of OTLP/JSON however they are written: with an exponent, in a string, or as one of the words that JSON has no number for. */

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that a text of JSON is; undefined when it is none. */
export const toNumber = (text: string): number | undefined =>
  NUMBER.test(text) ? Number(text) : undefined;

/** The same within quotes. */
export function toOddNumber(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity') return Infinity;
  if (text === '-Infinity') return -Infinity;
  return toNumber(text);
}

/** What a number is written with. */
export const isNumberByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2e ||
  byte === 0x45 ||
  byte === 0x65;
