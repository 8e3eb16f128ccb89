/** Times of a log record made safe: what is missing or absurd is replaced. */
import { MARK } from '@heartwood/store/batch';
import type { LogDraft } from './log-draft.ts';
import { unsigned } from '../replaced-times.ts';
import { TimeRange } from '../time-range.ts';

/**
 * A record without a time of its own gets `NO_TIME` and that of observation, else that of receipt; one without a time of
 * observation gets `NO_OBSERVED_TIME` and that of receipt. A time outside of [2000-01-01, received + 1 day] is replaced in the
 * same way and the record gets `TIME_CLAMPED`.
 */
export class LogTime {
  low = 0;
  high = 0;
  observedLow = 0;
  observedHigh = 0;
  /** Times that were replaced although they had been sent, as members of a JSON object. */
  originals = '';
  #receivedLow = 0;
  #receivedHigh = 0;
  readonly #range = new TimeRange();

  /** Sets the time of receipt for the records to come. */
  receive(low: number, high: number): void {
    this.#receivedLow = low;
    this.#receivedHigh = high;
    this.#range.receive(low, high);
  }

  /** Works out both times; returns the bits of {@link MARK} that they deserve. */
  read(draft: LogDraft): number {
    const { timeLow, timeHigh, observedLow, observedHigh } = draft;
    const isTime = this.#range.has(timeLow, timeHigh);
    const isObserved = this.#range.has(observedLow, observedHigh);
    this.observedLow = isObserved ? observedLow : this.#receivedLow;
    this.observedHigh = isObserved ? observedHigh : this.#receivedHigh;
    this.low = isTime ? timeLow : this.observedLow;
    this.high = isTime ? timeHigh : this.observedHigh;
    return isTime && isObserved ? 0 : this.#replaced(draft, isTime, isObserved);
  }

  #replaced(draft: LogDraft, isTime: boolean, isObserved: boolean): number {
    const { timeLow, timeHigh, observedLow, observedHigh } = draft;
    const hasTime = (timeLow | timeHigh) !== 0;
    const hasObserved = (observedLow | observedHigh) !== 0;
    const members: string[] = [];
    if (hasTime && !isTime) members.push(`"timeUnixNano":"${unsigned(timeLow, timeHigh)}"`);
    if (hasObserved && !isObserved)
      members.push(`"observedTimeUnixNano":"${unsigned(observedLow, observedHigh)}"`);
    this.originals = members.join(',');
    let marks = members.length === 0 ? 0 : MARK.TIME_CLAMPED;
    if (!hasTime) marks |= MARK.NO_TIME;
    if (!hasObserved) marks |= MARK.NO_OBSERVED_TIME;
    return marks;
  }
}
