/** Quotients that are null where there is nothing to divide by. */

/** `part / whole`; null when the whole is zero or either is no finite number. */
export function ratio(part: number, whole: number): number | null {
  const quotient = part / whole;
  return whole !== 0 && Number.isFinite(quotient) ? quotient : null;
}
