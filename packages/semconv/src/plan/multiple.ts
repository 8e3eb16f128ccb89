/** Whether a number is a whole multiple of another, as both are written in decimals: 0.3 is one of 0.1. */

/** Exact, where a division of binary fractions is not. Both are finite, `step` is above 0. */
export function isMultiple(value: number, step: number): boolean {
  const quotient = value / step;
  // Whole numbers that are exact need no decimals.
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step)) return Number.isInteger(quotient);
  const [digits, exponent] = toDecimal(value);
  const [stepDigits, stepExponent] = toDecimal(step);
  const lowest = Math.min(exponent, stepExponent);
  const scaled = digits * 10n ** BigInt(exponent - lowest);
  return scaled % (stepDigits * 10n ** BigInt(stepExponent - lowest)) === 0n;
}

/** How much longer than a comparison of numbers it takes: the digits that both have when written out. */
export function costOfMultiple(value: number, step: number): number {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step)) return 0;
  const digits = value === 0 ? 0 : Math.abs(Math.log10(Math.abs(value)) - Math.log10(step));
  return 10 + (digits >> 2);
}

/** The number as digits * 10^exponent. */
function toDecimal(value: number): [bigint, number] {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}
