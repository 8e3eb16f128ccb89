/** Moments as text: ISO 8601 in UTC, with the digits that are known. */

/** Epoch milliseconds with three digits after the second. */
export const msToInstant = (epochMs: number): string => new Date(epochMs).toISOString();

/** Epoch nanoseconds with nine digits after the second, so that no moment is rounded. */
export function nsToInstant(epochNs: bigint | string): string {
  const ns = BigInt(epochNs);
  const seconds = ns / 1_000_000_000n - (ns % 1_000_000_000n < 0n ? 1n : 0n);
  const rest = String(ns - seconds * 1_000_000_000n).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}.${rest}Z`;
}

/** The same for a sentence: without digits after the second where all are zero. */
export const sayInstant = (epochNs: bigint | string): string =>
  nsToInstant(epochNs).replace(/\.0+Z$/u, 'Z');

/** Nanoseconds as milliseconds. */
export const nsToMs = (ns: bigint | string): number => Number(ns) / 1e6;

/** Milliseconds as whole nanoseconds, rounded up, so that a lower bound never lets in what is shorter. */
export const msToNs = (ms: number): bigint =>
  BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.ceil((ms % 1) * 1e6 - 1e-6));
