/**
 * A ratio of two sums over a sample, such as records a second, and how far it may be from that of all: the linearised
 * variance of W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), ch. 2.11, with quantiles of Student's t.
 */

/** Sums over a sample of pairs: of both, of their squares, and of their product. */
export interface PairSums {
  readonly n: number;
  readonly y: number;
  readonly x: number;
  readonly y2: number;
  readonly x2: number;
  readonly xy: number;
}

/** `y / x`, and bounds that hold the true ratio in 95 of 100 samples; the bounds are null for fewer than three pairs. */
export function ratioInterval({ n, y, x, y2, x2, xy }: PairSums): {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
} {
  if (x <= 0 || n < 1) return { value: null, low: null, high: null };
  const value = y / x;
  if (n < 3) return { value, low: null, high: null };
  // Sum of (y - value x)², which rounding may leave just below 0.
  const spread = Math.max(0, y2 - 2 * value * xy + value * value * x2);
  const error = Math.sqrt((n * spread) / (n - 1)) / x;
  const half = studentQuantile(n - 1) * error;
  return { value, low: Math.max(0, value - half), high: value + half };
}

/**
 * Quantile 0.975 of Student's t by the expansion around the normal one (M. Abramowitz, I. A. Stegun, "Handbook of
 * Mathematical Functions", 26.7.5); exact for two degrees of freedom, within 0.5 % for three and more.
 */
function studentQuantile(freedom: number): number {
  if (freedom === 2) return 4.302652729911275;
  const terms = [
    (Z ** 3 + Z) / 4,
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96,
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384,
    (79 * Z ** 9 + 776 * Z ** 7 + 1482 * Z ** 5 - 1920 * Z ** 3 - 945 * Z) / 92_160,
  ];
  return terms.reduce((sum, term, index) => sum + term / freedom ** (index + 1), Z);
}

/** Normal quantile of 95 %. */
const Z = 1.959963984540054;
