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

/** The number as digits * 10^exponent. */
function toDecimal(value: number): [bigint, number] {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}
