/** Times of a span made safe: what is missing or absurd is replaced, and an unusable duration is marked. */
import { MARK } from '@heartwood/store/batch';
import type { SpanDraft } from './span-draft.ts';

const WORD = 0x100000000;
/** 2000-01-01; nothing that sends OTLP is older. */
const EARLIEST_NS = 946_684_800e9;
const DAY_NS = 86_400e9;

/**
 * A time outside of [2000-01-01, received + 1 day] is replaced by the time of receipt and the span gets
 * `TIME_CLAMPED`. The duration is the difference of the times as sent; where one of them is absurd or the end lies
 * before the start it is 0 and the span gets `NEGATIVE_DURATION`, so that no latency counts it.
 */
export class SpanTime {
  startLow = 0;
  startHigh = 0;
  durationLow = 0;
  durationHigh = 0;
  #receivedLow = 0;
  #receivedHigh = 0;
  #latestNs = 0;

  /** Sets the time of receipt for the spans to come. */
  receive(low: number, high: number): void {
    this.#receivedLow = low;
    this.#receivedHigh = high;
    this.#latestNs = nanoseconds(low, high) + DAY_NS;
  }

  /** Works out start and duration; returns the bits of {@link MARK} that they deserve. */
  read(draft: SpanDraft): number {
    const isStartUsable = this.#isUsable(draft.startLow, draft.startHigh);
    const isEndUsable = this.#isUsable(draft.endLow, draft.endHigh);
    this.startLow = isStartUsable ? draft.startLow : this.#receivedLow;
    this.startHigh = isStartUsable ? draft.startHigh : this.#receivedHigh;
    if (isStartUsable && isEndUsable) {
      const borrow = draft.endLow >>> 0 < draft.startLow >>> 0 ? 1 : 0;
      this.durationLow = (draft.endLow - draft.startLow) | 0;
      this.durationHigh = (draft.endHigh - draft.startHigh - borrow) | 0;
      if (this.durationHigh >= 0) return 0;
    }
    this.durationLow = 0;
    this.durationHigh = 0;
    return isStartUsable && isEndUsable
      ? MARK.NEGATIVE_DURATION
      : MARK.NEGATIVE_DURATION | MARK.TIME_CLAMPED;
  }

  /** Milliseconds of the duration that {@link read} found. */
  get durationMs(): number {
    return nanoseconds(this.durationLow, this.durationHigh) / 1e6;
  }

  #isUsable(low: number, high: number): boolean {
    const time = nanoseconds(low, high);
    return time >= EARLIEST_NS && time <= this.#latestNs;
  }
}

const nanoseconds = (low: number, high: number): number => (high >>> 0) * WORD + (low >>> 0);
