/** Quotients that are null where they would mean nothing. */

/**
 * `part / whole` of counted things; null when the whole is zero, and when `filtered` of the things come from senders
 * that leave out others, because those are missing from both.
 */
export function rate(
  part: number,
  whole: number,
  { filtered }: { readonly filtered: number },
): number | null {
  return whole === 0 || filtered > 0 ? null : part / whole;
}
