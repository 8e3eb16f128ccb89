/** Which times of records are believed. */

const WORD = 0x100000000;
/** 2000-01-01; nothing that sends OTLP is older. */
const EARLIEST_NS = 946_684_800e9;
const DAY_NS = 86_400e9;

/** Times in [2000-01-01, received + 1 day], low and high words of nanoseconds. */
export class TimeRange {
  #latestNs = 0;

  /** Sets the time of receipt. */
  receive(low: number, high: number): void {
    this.#latestNs = nanoseconds(low, high) + DAY_NS;
  }

  has(low: number, high: number): boolean {
    const time = nanoseconds(low, high);
    return time >= EARLIEST_NS && time <= this.#latestNs;
  }
}

const nanoseconds = (low: number, high: number): number => (high >>> 0) * WORD + (low >>> 0);
