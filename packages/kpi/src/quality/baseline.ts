/** What is usual: median and spread of earlier numbers, which one odd week does not move. */

/** Median and median absolute deviation of numbers, made comparable. */
export interface Baseline {
  readonly median: number;
  /**
   * `1.4826 * MAD`, which is the standard deviation of what is spread normally; at least the square root of the median,
   * as counts of what happens by chance spread so, and at least 1: a constant series has a MAD of 0.
   */
  readonly spread: number;
}

/** The baseline of numbers, of which there must be one. */
export function baselineOf(values: readonly number[]): Baseline {
  const median = medianOf(values);
  const mad = medianOf(values.map((value) => Math.abs(value - median)));
  return { median, spread: Math.max(1.4826 * mad, Math.sqrt(Math.max(0, median)), 1) };
}

/** How many spreads a number is away from what is usual. */
export const scoreOf = (value: number, { median, spread }: Baseline): number =>
  (value - median) / spread;

/** The middle of numbers, or the mean of the two in the middle; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted.at(half) ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted.at(half - 1) ?? Number.NaN) + upper) / 2;
}

/** Says how much history is missing. */
export const tooFewWeeks = (found: number, needed: number): string =>
  `${String(needed)} earlier weeks are needed, ${String(needed - found)} ${needed - found === 1 ? 'is' : 'are'} missing`;
