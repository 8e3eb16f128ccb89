/** Integers of OTLP/JSON as nearly all writers write them, read by words: nanoseconds since 1970, and short numbers. */

const QUOTE = 0x22;
const WORD = 0x100000000;
/** A time in nanoseconds has 19 digits from 2001 to 2286. */
const TIME_DIGITS = 19;

/** Where the integer goes that {@link readPlainInteger} reads. */
interface IntegerTarget {
  pos: number;
  low: number;
  high: number;
}

/**
 * Reads the integer at `target.pos`: up to nine digits without a sign, or a string of 19 digits that fits 63 bits.
 * False, and nothing read, when it is anything else or there are fewer than 24 bytes before `end`.
 */
export function readPlainInteger(view: DataView, end: number, target: IntegerTarget): boolean {
  const { pos } = target;
  if (pos + 24 > end) return false;
  if (view.getUint8(pos) !== QUOTE) return readShort(view, pos, false, target);
  if (view.getUint8(pos + 1 + TIME_DIGITS) === QUOTE && readTime(view, pos, target)) return true;
  return readShort(view, pos + 1, true, target);
}

function readShort(
  view: DataView,
  first: number,
  isQuoted: boolean,
  target: IntegerTarget,
): boolean {
  let at = first;
  let value = 0;
  let byte = view.getUint8(at);
  for (; byte >= 0x30 && byte <= 0x39 && at - first < 9; byte = view.getUint8(++at))
    value = value * 10 + (byte - 0x30);
  if (at === first || (at - first > 1 && view.getUint8(first) === 0x30)) return false;
  if (isQuoted ? byte !== QUOTE : byte !== COMMA && byte !== CLOSE_OBJECT && byte !== CLOSE_ARRAY)
    return false;
  target.low = value;
  target.high = 0;
  target.pos = isQuoted ? at + 1 : at;
  return true;
}

const COMMA = 0x2c;
const CLOSE_OBJECT = 0x7d;
const CLOSE_ARRAY = 0x5d;

/** Reads 19 digits behind the quote at `pos`, which stands for a leading zero: three digits and four times four. */
function readTime(view: DataView, pos: number, target: IntegerTarget): boolean {
  const a = (view.getInt32(pos, true) & ~0xff) | 0x30;
  const b = view.getInt32(pos + 4, true);
  const c = view.getInt32(pos + 8, true);
  const d = view.getInt32(pos + 12, true);
  const e = view.getInt32(pos + 16, true);
  if ((noDigits(a) | noDigits(b) | noDigits(c) | noDigits(d) | noDigits(e)) !== 0) return false;
  // The first fifteen digits are exact as a double, and so is each step that adds the last four.
  const most = ((fourDigits(a) * 1e4 + fourDigits(b)) * 1e4 + fourDigits(c)) * 1e4 + fourDigits(d);
  const mostHigh = Math.floor(most / WORD);
  const low = (most - mostHigh * WORD) * 1e4 + fourDigits(e);
  const carry = Math.floor(low / WORD);
  const high = mostHigh * 1e4 + carry;
  if (high > 0x7fffffff || view.getUint8(pos + 1) === 0x30) return false;
  target.low = (low - carry * WORD) | 0;
  target.high = high;
  target.pos = pos + TIME_DIGITS + 2;
  return true;
}

/** 0 when each of four bytes is a digit. */
const noDigits = (word: number): number =>
  ((word & 0xf0f0f0f0) ^ 0x30303030) | (((word & 0x0f0f0f0f) + 0x06060606) & 0xf0f0f0f0);

/** Value of four digits, the first one in the lowest byte. */
function fourDigits(word: number): number {
  const digits = word & 0x0f0f0f0f;
  const pairs = (digits * 10 + (digits >>> 8)) & 0x00ff00ff;
  return (pairs & 0xff) * 100 + (pairs >>> 16);
}
