/** A cumulative histogram of run durations, cheap enough to be fed by every call. */
import type { HistogramPoint } from '../delivery/ports.ts';

/**
 * Upper bounds in seconds: those that the OpenTelemetry conventions give for HTTP, and three more for work that takes
 * minutes.
 */
export const DURATION_BOUNDS_S: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 300,
];

/** Counts durations by bucket; a duration equal to a bound belongs to the bucket that it bounds. */
export class DurationHistogram {
  readonly #counts: number[] = Array.from({ length: DURATION_BOUNDS_S.length + 1 }, () => 0);
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  record(durationS: number): void {
    let low = 0;
    let high = DURATION_BOUNDS_S.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (durationS <= (DURATION_BOUNDS_S[middle] ?? Infinity)) high = middle;
      else low = middle + 1;
    }
    this.#counts[low] = (this.#counts[low] ?? 0) + 1;
    this.#sum += durationS;
    if (durationS < this.#min) this.#min = durationS;
    if (durationS > this.#max) this.#max = durationS;
  }

  /** All that was recorded so far; only to be asked when something was. */
  read(): Pick<HistogramPoint, 'bounds' | 'counts' | 'sum' | 'min' | 'max'> {
    return {
      bounds: DURATION_BOUNDS_S,
      counts: [...this.#counts],
      sum: this.#sum,
      min: this.#min,
      max: this.#max,
    };
  }
}
