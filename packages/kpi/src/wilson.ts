/** How far a share of a sample may be from the share of all: the score interval of Wilson (1927). */

/** Below this many, a share says too little to be compared. */
export const MIN_SAMPLE = 30;

/** Normal quantile of 95 %. */
const Z = 1.959963984540054;

/** Bounds between which the true share lies in 95 of 100 samples; null for an empty sample. */
export function wilson(part: number, whole: number): { low: number; high: number } | null {
  if (whole <= 0) return null;
  const share = part / whole;
  const z2 = (Z * Z) / whole;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Z / (1 + z2)) * Math.sqrt((share * (1 - share)) / whole + z2 / (4 * whole));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
