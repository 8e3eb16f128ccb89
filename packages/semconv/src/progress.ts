/** How far something is, how fast it goes and what is left: the one place of these formulas, for apps and for who watches them. */

/** What has been counted. */
export interface ProgressCount {
  /** Items done. */
  readonly current: number | undefined;
  /** Items there are, as far as known. */
  readonly total: number | undefined;
  /** True when the total was only estimated. */
  readonly isEstimated: boolean;
}

/** True when the total is a guess: it was only estimated, or more than that many are done. */
export function totalIsEstimate({ current, total, isEstimated }: ProgressCount): boolean {
  return isEstimated || (current !== undefined && total !== undefined && current > total);
}

/**
 * `current / total`, also of what is done, so that no 100 % stands beside "3 of 7"; between 0 and 1. Undefined without a
 * total, and where the work is done and nothing was counted. At most 0.99 of a guessed total until the work is done.
 */
export function progressFraction(count: ProgressCount, isDone: boolean): number | undefined {
  const { current, total } = count;
  if (total === undefined || total === 0) return undefined;
  if (current === undefined) return isDone ? undefined : 0;
  return Math.min(current / total, totalIsEstimate(count) && !isDone ? MOST_OF_A_GUESS : 1);
}

/**
 * Seconds that are left of something under way: (total - current) / rate. Undefined without a total and a rate, beyond the
 * total, and before 3 steps or 2 %: the first steps of anything are a bad prophet.
 */
export function progressEtaS(
  count: ProgressCount,
  ratePerS: number | undefined,
  steps: number,
): number | undefined {
  const { current, total } = count;
  const fraction = progressFraction(count, false);
  if (current === undefined || total === undefined || fraction === undefined) return undefined;
  if (ratePerS === undefined || current > total) return undefined;
  if (steps < LEAST_STEPS && fraction < LEAST_FRACTION) return undefined;
  return (total - current) / ratePerS;
}

const MOST_OF_A_GUESS = 0.99;
const LEAST_STEPS = 3;
const LEAST_FRACTION = 0.02;

/**
 * An average of the rate weighted by time: a moment that lies {@link TIME_CONSTANT_MS} back counts 37 %. Being divided
 * by the weight of the time seen so far, it is the plain average in the beginning instead of a slow start from zero.
 * Its time is the time at work: one that stands still in a pause.
 */
export class ProgressRate {
  #lastMs: number;
  #lastCount: number;
  /** Items and time, both with their weights. Their quotient is the rate. */
  #items = 0;
  #weightMs = 0;
  #longestGapMs = 0;
  /** Items of the last step. */
  #lastItems = 0;
  /** Steps forward seen so far. */
  steps = 0;

  constructor(nowMs: number, count: number) {
    this.#lastMs = nowMs;
    this.#lastCount = count;
  }

  /** Takes a count. One below the last, as after a new start, begins the measurement anew. */
  note(nowMs: number, count: number): void {
    if (count < this.#lastCount) {
      this.#items = 0;
      this.#weightMs = 0;
      this.#longestGapMs = 0;
      this.steps = 0;
      this.#lastMs = nowMs;
      this.#lastCount = count;
      return;
    }
    if (count === this.#lastCount) return;
    this.steps += 1;
    const passedMs = nowMs - this.#lastMs;
    // Counts that come within a few milliseconds are taken together: cheaper, and a clock has no finer truth.
    if (passedMs < SHORTEST_STEP_MS) return;
    const kept = Math.exp(-passedMs / TIME_CONSTANT_MS);
    this.#items = this.#items * kept + (count - this.#lastCount) * meanWeight(passedMs, kept);
    this.#weightMs = this.#weightMs * kept + passedMs * meanWeight(passedMs, kept);
    this.#longestGapMs = Math.max(this.#longestGapMs * kept, passedMs);
    this.#lastItems = count - this.#lastCount;
    this.#lastMs = nowMs;
    this.#lastCount = count;
  }

  /** Items a second as of the last step, whatever the silence since; undefined as long as nothing is known. */
  get perSecondBefore(): number | undefined {
    if (this.#weightMs === 0 || this.#items === 0) return undefined;
    return (this.#items / this.#weightMs) * 1000;
  }

  /**
   * Items a second as of now; undefined as long as nothing is known. Falls when news stays away for more than twice the
   * longest gap: `min(before, max(faded, last step / silence))`, where `before` is {@link perSecondBefore} and `faded`
   * the average with the silence as time without items. The quotient bounds it, for a silence only tells that the next
   * step takes longer than that, while the faded average would fall e-fold every {@link TIME_CONSTANT_MS}.
   */
  perSecond(nowMs: number): number | undefined {
    const before = this.perSecondBefore;
    const silentMs = nowMs - this.#lastMs;
    if (before === undefined || silentMs <= this.#longestGapMs * 2) return before;
    const kept = Math.exp(-silentMs / TIME_CONSTANT_MS);
    const weightMs = this.#weightMs * kept + silentMs * meanWeight(silentMs, kept);
    const faded = ((this.#items * kept) / weightMs) * 1000;
    return Math.min(before, Math.max(faded, (this.#lastItems / silentMs) * 1000));
  }
}

// Long enough that a batch a few seconds long does not make the remaining time jump.
const TIME_CONSTANT_MS = 15_000;
const SHORTEST_STEP_MS = 5;

/** Mean weight of the moments of a stretch that ends now. */
function meanWeight(passedMs: number, kept: number): number {
  return ((1 - kept) * TIME_CONSTANT_MS) / passedMs;
}
