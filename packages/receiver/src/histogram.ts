/** How values spread: counts between fixed bounds, as Prometheus and OpenTelemetry have them. */

/** A histogram at one moment. */
export interface Spread {
  /** Upper bounds, rising, each inclusive. */
  readonly bounds: readonly number[];
  /** Values up to each bound and above the one before; the last count is for those above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  record(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] as number)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#sum += value;
  }

  read(): Spread {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }
}

/** From half a millisecond to the time after which senders give up, seconds. */
export const DURATION_BOUNDS: readonly number[] = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10,
];
/** Up to a full batch. */
export const ROWS_BOUNDS: readonly number[] = [
  1, 10, 100, 1000, 10_000, 30_000, 60_000, 100_000, 122_880,
];
