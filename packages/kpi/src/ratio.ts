/** Quotients that are null where they would mean nothing, and parts of a whole in words. */

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

/** `5 of 20,004 runs (less than 0.1 %)`: what is not nothing does not read as 0.0 %, and what is not all not as 100.0 %. */
export function sayPart(part: number, whole: number, things: string): string {
  const percent = (100 * part) / whole;
  const said =
    part > 0 && percent < 0.05
      ? 'less than 0.1'
      : part < whole && percent >= 99.95
        ? 'more than 99.9'
        : percent.toFixed(1);
  return `${COUNT.format(part)} of ${COUNT.format(whole)} ${things} (${said} %)`;
}

const COUNT = new Intl.NumberFormat('en-US');
