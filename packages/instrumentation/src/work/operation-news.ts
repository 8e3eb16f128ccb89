/** What of an operation has left, and when the next of it is worth telling. */
import type { Metadata } from '../facts/metadata.ts';

/** What an operation says of its course. */
interface Course {
  readonly current: number | undefined;
  readonly total: number | undefined;
  readonly message: string | undefined;
}

/** When news leave: not at all, at `dueMs`, after the call that is under way, or within it. */
export type Departure = 'never' | 'later' | 'soon' | 'now';

/** At most one event a second, and none for less than a percent of the total. Times are of `performance.now()`. */
export class OperationNews {
  /** When the next event is due, news or heartbeat. */
  dueMs = Infinity;
  /** True when something has changed since the last event. */
  hasAny = false;
  #facts: Record<string, unknown> | undefined;
  /** Events told so far. */
  #told = 0;
  #sentMs = 0;
  #sentCurrent: number | undefined;
  #sentTotal: number | undefined;
  #sentMessage: string | undefined;

  /** Facts that came since the last event. */
  get facts(): Metadata | undefined {
    return this.#facts;
  }

  addFacts(facts: Record<string, unknown>): void {
    this.#facts = { ...this.#facts, ...facts };
  }

  /** Judges what the operation says now against what left last, and sets `dueMs`. */
  departureOf({ current, total, message }: Course, nowMs: number): Departure {
    const told = current === this.#sentCurrent && total === this.#sentTotal;
    const step = total === undefined ? 0 : total * LEAST_CHANGE;
    const counts =
      !told &&
      (total !== this.#sentTotal ||
        Math.abs((current ?? 0) - (this.#sentCurrent ?? 0)) >= step ||
        current === total);
    const isWorth = counts || message !== this.#sentMessage || this.#facts !== undefined;
    this.hasAny ||= isWorth || !told;
    if (!isWorth) return 'never';
    const soonestMs = this.#sentMs + LEAST_INTERVAL_MS;
    if (nowMs < soonestMs) {
      if (soonestMs >= this.dueMs) return 'never';
      this.dueMs = soonestMs;
      return 'later';
    }
    if (this.dueMs > nowMs) {
      // Not in this call: an event takes longer than an update may.
      this.dueMs = nowMs;
      return 'soon';
    }
    // The thread is never let go of: nobody else would write it down.
    return nowMs - this.dueMs > LONGEST_WAIT_MS ? 'now' : 'never';
  }

  /** Notes that all that is said now leaves. Returns the number of the event, from 0. */
  leave({ current, total, message }: Course, heartbeatMs: number): number {
    this.#sentMs = performance.now();
    this.#sentCurrent = current;
    this.#sentTotal = total;
    this.#sentMessage = message;
    this.#facts = undefined;
    this.hasAny = false;
    this.dueMs = heartbeatMs > 0 ? this.#sentMs + heartbeatMs : Infinity;
    return this.#told++;
  }
}

const LEAST_INTERVAL_MS = 1000;
const LONGEST_WAIT_MS = 1000;
/** Part of the total that is worth telling. */
const LEAST_CHANGE = 0.01;
