/** How a number of many minutes spreads: mean, 95th percentile and most. */

export interface ResourceSpread {
  readonly n: number;
  readonly mean: number;
  /** Linear between ranks. */
  readonly p95: number;
  readonly max: number;
}

/** Of those that are known; null of none. */
export function toSpread(values: readonly (number | null)[]): ResourceSpread | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const n = known.length;
  if (n === 0) return null;
  const rank = (n - 1) * 0.95;
  const low = known[Math.floor(rank)] ?? 0;
  const high = known[Math.ceil(rank)] ?? low;
  return {
    n,
    mean: known.reduce((sum, value) => sum + value, 0) / n,
    p95: low + (high - low) * (rank - Math.floor(rank)),
    max: known.at(-1) ?? 0,
  };
}
