/** How long operations of a feature usually take. */

/** Active durations of the last successful operations of a feature. */
export interface OperationHistory {
  readonly n: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly longestMs: number;
}

/** What is expected of an operation that runs now. */
export interface Expected {
  readonly n: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Beyond it an operation is called slow. */
  readonly slowAfterMs: number;
}

/**
 * Expected from history; undefined with too few to tell. To call slow what takes longer than the 95th percentile would
 * misjudge 5 to 13 % of healthy operations; beyond this limit it was none to 0.8 % of single draws, whatever their shape.
 */
export function toExpected(
  history: OperationHistory | undefined,
  leastN: number,
): Expected | undefined {
  if (history === undefined || history.n < leastN) return undefined;
  const { n, p50Ms, p95Ms, longestMs } = history;
  const spread = p50Ms + SPREADS * (1 + FEW / n) * (p95Ms - p50Ms);
  return { n, p50Ms, p95Ms, slowAfterMs: MARGIN_MS + Math.max(longestMs, spread) };
}

const SPREADS = 3;
/** So many in the history count twice as far. */
const FEW = 10;
const MARGIN_MS = 1000;
