/**
 * Whether values of one sample tend to be larger than those of another, without any guess at how they are spread:
 * H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the other",
 * Ann. Math. Statist. 18 (1947) 50-60; variance corrected for ties as in E. L. Lehmann, "Nonparametrics" (1975), ch. 1.4.
 */

/** How many values each sample has in a class of equal values; classes ascend. */
export type TiedCounts = readonly { readonly first: number; readonly second: number }[];

/**
 * Standard score of the first sample against the second, with continuity correction: positive where the first tends to be
 * larger. Null where there is nothing to compare: a sample is empty, or all values are equal.
 */
export function rankScore(classes: TiedCounts): number | null {
  let [first, second, rankSum, ties] = [0, 0, 0, 0];
  for (const tied of classes) {
    const size = tied.first + tied.second;
    // All values of a class share the mean of its ranks.
    rankSum += tied.first * (first + second + (size + 1) / 2);
    ties += size ** 3 - size;
    first += tied.first;
    second += tied.second;
  }
  const all = first + second;
  const variance = ((first * second) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (first === 0 || second === 0 || variance <= 0) return null;
  const excess = rankSum - (first * (first + 1)) / 2 - (first * second) / 2;
  return (Math.sign(excess) * Math.max(0, Math.abs(excess) - 0.5)) / Math.sqrt(variance);
}
