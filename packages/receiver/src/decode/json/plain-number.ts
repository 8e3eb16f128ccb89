/** JSON numbers as nearly all writers write them, read from bytes: a sign, digits that fit 53 bits, a point among them. */

/** From here on not every integer is a double. */
const LEAST_INEXACT = 2 ** 53;
/** Powers of ten that are exact: a division of exact numbers rounds once and rightly. */
const MAX_PLACES = 22;
const POWERS = Float64Array.from({ length: MAX_PLACES + 1 }, (_, places) => 10 ** places);

/** Where the number ended that {@link readPlainNumber} read last. */
export const plainNumber: { end: number } = { end: 0 };

/** Reads the number at `start`; NaN, and nothing read, when it has too many digits, an exponent, or is none. */
export function readPlainNumber(bytes: Uint8Array, start: number): number {
  const isNegative = bytes[start] === 0x2d;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let mantissa = 0;
  let digit = (bytes[at] as number) - 0x30;
  for (; digit >= 0 && digit <= 9; digit = (bytes[++at] as number) - 0x30)
    mantissa = mantissa * 10 + digit;
  const whole = at - first;
  if (whole === 0 || (whole > 1 && bytes[first] === 0x30)) return Number.NaN;
  let places = 0;
  if (bytes[at] === 0x2e) {
    const point = at;
    digit = (bytes[++at] as number) - 0x30;
    for (; digit >= 0 && digit <= 9; digit = (bytes[++at] as number) - 0x30)
      mantissa = mantissa * 10 + digit;
    places = at - point - 1;
    if (places === 0) return Number.NaN;
  }
  const next = bytes[at];
  const goesOn = next === 0x2e || next === 0x65 || next === 0x45 || next === 0x2b || next === 0x2d;
  if (goesOn || mantissa >= LEAST_INEXACT || places > MAX_PLACES) return Number.NaN;
  plainNumber.end = at;
  const value = mantissa / (POWERS[places] as number);
  return isNegative ? -value : value;
}
