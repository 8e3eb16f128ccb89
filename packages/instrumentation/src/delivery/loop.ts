/** Sends what waits in a queue: one request at a time, after a delay or when enough waits, again after failures. */
import { briefly, warn } from '../host/report.ts';
import { LONGEST_TIMER_MS } from '../settings/config.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';
import type { Sender, Sent } from './sender.ts';

/** When a loop sends, and whom it tells what became of the records. */
export interface LoopOptions {
  readonly queue: ParcelQueue;
  readonly sender: Sender;
  /** Longest time that what waits now may wait; 0 sends without delay. Asked after each record, so it must be cheap. */
  delayMs(this: void): number;
  readonly resourceTimeoutMs: number;
  /** What became of a parcel; not told of one that was too large and is sent again in smaller ones. */
  onSent(this: void, parcel: Parcel, outcome: Outcome): void;
}

/** What became of a parcel: what the sender says, or that no request could be made of it. */
export type Outcome = Sent | { readonly kind: 'encoding_failed'; readonly reason: string };

/** How long a flush may take and whether it may wait for a receiver that does not answer. */
export interface FlushOptions {
  readonly timeoutMs: number;
  /** True at the end of the process: an unreachable receiver is not waited for. */
  readonly final: boolean;
}

/** The sending side of one signal. */
export class SendLoop {
  /** Records on the wire. */
  inflight = 0;
  readonly #options: LoopOptions;
  #tail: Promise<void> = Promise.resolve();
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  /** The delay that the timer was set to. */
  #armedMs = 0;
  #soon: NodeJS.Immediate | undefined;
  /** Failures in a row. */
  #failures = 0;
  /** No request before this time, milliseconds; `#asked` when the receiver itself asked for the pause. */
  #notBeforeMs = 0;
  #asked = false;
  #closed = false;
  /** Set at an end that waits no longer, until something is to be sent after all. */
  #isLetGo = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Call after each record: sees to it that what waits gets sent. */
  wake(): void {
    if (this.#busy || this.#closed || this.#soon !== undefined) return;
    if (this.#options.queue.recordCount === 0) return;
    const pauseMs = this.#pauseMs();
    if (pauseMs > 0) {
      if (this.#timer === undefined) this.#schedule(pauseMs);
      return;
    }
    const delayMs = this.#options.delayMs();
    if (delayMs === 0) {
      // Not here: the caller is the app ending a span, and building a request takes up to a millisecond.
      this.#soon = setImmediate(() => this.#start()).unref();
    } else if (this.#timer === undefined || delayMs < this.#armedMs) this.#schedule(delayMs);
  }

  /** Sends all that waits. Resolves when the queue is empty or the time is over; never rejects. */
  async flush({ timeoutMs, final }: FlushOptions): Promise<void> {
    this.#isLetGo = false;
    const mostMs = Math.min(timeoutMs, LONGEST_TIMER_MS);
    const deadlineMs = Date.now() + mostMs;
    const work = this.#exclusive(() => this.#sendAll(deadlineMs, final));
    let timer: NodeJS.Timeout | undefined;
    // This timer is not unref'd on purpose: it is what keeps the process alive for the flush.
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, mostMs);
    });
    await Promise.race([work, timeout]);
    clearTimeout(timer);
    this.wake();
  }

  /** Nothing of what is under way holds the process any more. */
  letGo(): void {
    this.#isLetGo = true;
    this.#options.sender.letGo();
    if (this.#soon === undefined) return;
    // A connection that would be made in a moment. If the app goes on after all, it is made then.
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#schedule(FIRST_BACKOFF_MS);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#options.sender.close();
  }

  #pauseMs(): number {
    return this.#failures > 0 ? this.#notBeforeMs - Date.now() : 0;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#armedMs = delayMs;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#start();
      },
      Math.min(delayMs, LONGEST_TIMER_MS),
    ).unref();
  }

  #start(): void {
    this.#soon = undefined;
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    this.#isLetGo = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#exclusive(() => this.#sendWaiting()).then(() => {
      this.#busy = false;
      this.wake();
      return undefined;
    });
  }

  /** One at a time: exports are serial, as the specification of span processors demands. */
  #exclusive(work: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(work).catch((error: unknown) => {
      warn('sending', `sending stopped short and goes on with the next record: ${briefly(error)}`);
    });
    return this.#tail;
  }

  /** Sends what waits now, and what fills up meanwhile; stops at the first failure. */
  async #sendWaiting(): Promise<void> {
    const { queue } = this.#options;
    if (this.#pauseMs() > 0) return;
    let left = queue.recordCount;
    while (left > 0 || queue.fullBatches > 0) {
      const batch = queue.take();
      if (batch === undefined) return;
      left -= batch.recordCount;
      if ((await this.#send(batch)).kind === 'retry') return;
    }
  }

  /** Sends until nothing waits, pausing between failures while the deadline allows it. */
  async #sendAll(deadlineMs: number, final: boolean): Promise<void> {
    const { queue } = this.#options;
    if (this.#asked && !(await this.#pause(this.#notBeforeMs, deadlineMs))) return;
    // The time may have gone by while another request was under way.
    while (!this.#closed && Date.now() < deadlineMs) {
      const batch = queue.take();
      if (batch === undefined) return;
      const sent = await this.#send(batch);
      if (sent.kind !== 'retry') continue;
      if (final && !sent.answered) return;
      if (!(await this.#pause(this.#notBeforeMs, deadlineMs))) return;
    }
  }

  /** False when the pause would pass the deadline. */
  async #pause(untilMs: number, deadlineMs: number): Promise<boolean> {
    if (untilMs >= deadlineMs) return false;
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, untilMs - Date.now()));
    });
    return true;
  }

  async #send(batch: Parcel): Promise<Outcome> {
    const { queue, onSent } = this.#options;
    const outcome = await this.#exchange(batch);
    this.inflight = 0;
    if (this.#closed) return outcome;
    if (outcome.kind === 'retry') {
      queue.putBack();
      this.#failures += 1;
      this.#asked = outcome.retryAfterMs !== undefined;
      // Our own pause is the least: a receiver that asks for none is not to be asked in a loop.
      const pauseMs = Math.max(outcome.retryAfterMs ?? 0, backoffMs(this.#failures));
      this.#notBeforeMs = Date.now() + Math.min(pauseMs, LONGEST_PAUSE_MS);
    } else {
      this.#failures = 0;
      this.#asked = false;
      if (outcome.kind === 'too_large' && queue.splitHead()) return outcome;
      queue.remove();
    }
    onSent(batch, outcome);
    return outcome;
  }

  /** Never rejects: nobody would catch it, and Node ends an app for that. */
  async #exchange(batch: Parcel): Promise<Outcome> {
    const { sender, resourceTimeoutMs } = this.#options;
    try {
      await batch.resourcesReady(resourceTimeoutMs);
      if (this.#isLetGo) return { kind: 'retry', reason: 'the process ends', answered: false };
      this.inflight = batch.recordCount;
      return await sender.send(batch.toRequest());
    } catch (error) {
      return { kind: 'encoding_failed', reason: briefly(error) };
    }
  }
}

const FIRST_BACKOFF_MS = 1000;
const LAST_BACKOFF_MS = 30_000;
// A receiver that asks for more than this is asked again anyway; the queue is bounded, so waiting costs records.
const LONGEST_PAUSE_MS = 300_000;

/** 1 s, 2 s, 4 s ... 30 s, each up to a fifth off, so that many apps do not come back in the same instant. */
function backoffMs(failures: number): number {
  const full = Math.min(LAST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 10));
  return full * (0.8 + Math.random() * 0.4);
}
