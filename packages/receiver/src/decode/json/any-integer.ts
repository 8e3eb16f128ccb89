/** Integers of OTLP/JSON however they are written: a number or a string of digits, signed or not, to the last of 64 bits. */
import { isNumberByte } from './any-number.ts';

const QUOTE = 0x22;
const WORD = 0x100000000;

/** Where the integer goes that {@link readAnyInteger} reads. */
interface IntegerTarget {
  pos: number;
  low: number;
  high: number;
  fail(reason: string): never;
}

/** Reads the integer at `target.pos`; fails where there is none, or one that does not fit. */
export function readAnyInteger(
  bytes: Uint8Array,
  end: number,
  target: IntegerTarget,
  isSigned: boolean,
): void {
  const isQuoted = bytes[target.pos] === QUOTE;
  let at = isQuoted ? target.pos + 1 : target.pos;
  const isNegative = bytes[at] === 0x2d;
  if (isNegative) at++;
  const first = at;
  let low = 0;
  let high = 0;
  let digit = (bytes[at] as number) - 0x30;
  while (digit >= 0 && digit <= 9) {
    let scale = 1;
    let chunk = 0;
    for (; scale < 1_000_000 && digit >= 0 && digit <= 9; scale *= 10) {
      chunk = chunk * 10 + digit;
      digit = (bytes[++at] as number) - 0x30;
    }
    const product = low * scale + chunk;
    const carry = Math.floor(product / WORD);
    // Not `%`: on doubles it is a call that costs more than all the rest.
    low = product - carry * WORD;
    high = high * scale + carry;
    if (high >= WORD) target.fail('an integer does not fit 64 bits');
  }
  const hasNoDigits = at === first || (at - first > 1 && bytes[first] === 0x30);
  if (hasNoDigits || at > end) target.fail('an integer expected');
  if (isQuoted && bytes[at++] !== QUOTE) target.fail('an integer expected');
  if (!isQuoted && isNumberByte(bytes[at] as number) && at < end)
    target.fail('an integer expected');
  if (isNegative && !isSigned && (low !== 0 || high !== 0)) target.fail('a negative number');
  if (isSigned && (high > 0x80000000 || (high === 0x80000000 && (low !== 0 || !isNegative))))
    target.fail('an integer does not fit 64 bits');
  if (!isSigned && isNegative) low = 0;
  target.low = isNegative ? -low | 0 : low | 0;
  target.high = isNegative ? (~high + (low === 0 ? 1 : 0)) | 0 : high | 0;
  target.pos = at;
}
