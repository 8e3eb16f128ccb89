/** One signal's way out: what waits, the loop that sends it, and the books. */
import { warn, warnOnce } from '../host/report.ts';
import type { Endpoint, Signal } from './endpoint.ts';
import type { DropReason, Ledger } from './ledger.ts';
import { isDivisible, SendLoop } from './loop.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';
import type { OutletStats } from './ports.ts';
import { createSender, type Sent } from './sender.ts';

/** What an outbox is made of. */
export interface OutboxOptions {
  readonly signal: Signal;
  readonly endpoint: Endpoint;
  readonly queue: ParcelQueue;
  readonly ledger: Ledger;
  /** Longest time that what waits now may wait; 0 sends at once. */
  delayMs(this: void): number;
}

/** Takes what a queue holds to its receiver. Never throws, never keeps the process alive by itself. */
export class Outbox {
  readonly signal: Signal;
  readonly endpoint: Endpoint;
  readonly queue: ParcelQueue;
  readonly ledger: Ledger;
  readonly #loop: SendLoop;
  /** Requests in a row that nobody took. */
  #failures = 0;
  #triedAtExit = 0;
  #exitFlush: Promise<void> = Promise.resolve();
  #gaveUpAt = -1;
  #closed = false;

  constructor({ signal, endpoint, queue, ledger, delayMs }: OutboxOptions) {
    this.signal = signal;
    this.endpoint = endpoint;
    this.queue = queue;
    this.ledger = ledger;
    this.#loop = new SendLoop({
      queue,
      sender: createSender(endpoint),
      delayMs,
      resourceTimeoutMs: RESOURCE_TIMEOUT_MS,
      onSent: (parcel, sent) => this.#account(parcel, sent),
    });
  }

  /** Counts records that come; false when they come too late to be taken. */
  receive(count: number): boolean {
    this.ledger.received += count;
    if (this.#closed) this.ledger.dropped.already_shutdown += count;
    return !this.#closed;
  }

  /** They are in the queue. */
  queued(): void {
    this.#loop.wake();
  }

  /** Counts records and queues them by `add`: false from it means too large, a throw that they cannot be encoded. */
  take(count: number, add: () => boolean): void {
    if (!this.receive(count)) return;
    try {
      if (add()) this.queued();
      else this.ledger.drop('too_large', count);
    } catch {
      this.ledger.drop('encoding_failed', count);
    }
  }

  /** Sends all that waits and what is on its way, within the time. Never rejects. */
  async flush(timeoutMs: number, final = false): Promise<void> {
    if (this.queue.recordCount > 0) await this.#loop.flush({ timeoutMs, final });
  }

  /** At a natural end, which is announced again after each bit of work: only what came since the last try. */
  flushAtExit(timeoutMs: number): Promise<void> {
    if (this.ledger.received !== this.#triedAtExit) {
      this.#triedAtExit = this.ledger.received;
      this.#exitFlush = this.flush(timeoutMs, true).then(() => {
        if (this.queue.recordCount > 0) this.#gaveUpAt = this.ledger.received;
        return undefined;
      });
    }
    return this.#exitFlush;
  }

  /** Whether waiting for the receiver has already been in vain for all that is here. */
  get gaveUp(): boolean {
    return this.#gaveUpAt === this.ledger.received;
  }

  stats(): OutletStats<DropReason> {
    const { received, exported, dropped, spooled } = this.ledger;
    return {
      received,
      exported,
      dropped: { ...dropped },
      queued: this.queue.recordCount,
      queuedBytes: this.queue.sizeBytes,
      spooled,
    };
  }

  /** Takes nothing any more. What comes now is counted as too late; what waits can still be flushed. */
  close(): void {
    this.#closed = true;
  }

  /** Ends all sending; what still waits is counted as undelivered. */
  dispose(): void {
    this.#closed = true;
    this.#loop.close();
    const left = this.queue.clear();
    if (left > 0) this.ledger.dropped.undelivered += left;
    this.ledger.sayAtTheEnd();
  }

  #account(parcel: Parcel, sent: Sent): void {
    const count = parcel.recordCount;
    switch (sent.kind) {
      case 'delivered': {
        const rejected = Math.min(count, sent.rejected);
        this.ledger.exported += count - rejected;
        this.#failures = 0;
        if (rejected > 0) this.ledger.drop('rejected', rejected, sent.message);
        break;
      }
      case 'refused':
        this.#refuse(count, sent.reason);
        break;
      case 'too_large':
        if (!isDivisible(parcel)) this.ledger.drop('too_large', count);
        break;
      case 'retry':
        this.#failures += 1;
        // Once may be a restart of the receiver; twice is worth a word.
        if (this.#failures === 2) {
          warn(
            'unreachable',
            `${this.endpoint.url.origin} does not take ${NOUNS[this.signal]} (${sent.reason}); they wait, ` +
              'the oldest go first. Is the server running, and is HEARTWOOD_OTLP_ENDPOINT right?',
          );
        }
        break;
      default:
        sent satisfies never;
    }
  }

  #refuse(count: number, reason: string): void {
    // Many receivers take spans alone. That is no loss worth a warning every minute.
    if (this.signal === 'traces' || reason !== 'HTTP 404') {
      this.ledger.drop('refused', count, reason);
      return;
    }
    this.ledger.dropQuietly('refused', count);
    warnOnce(
      `no ${this.signal}`,
      `${this.endpoint.url.href} does not exist, so ${NOUNS[this.signal]} of ours are lost. ` +
        `Remedy: a receiver that takes them, or OTEL_${this.signal.toUpperCase()}_EXPORTER=none`,
    );
  }
}

/** What the records of a signal are called. */
export const NOUNS: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  logs: 'log records',
  metrics: 'metric points',
};

// Host and cloud detectors of the SDK take milliseconds to seconds; spans wait for them, but not for ever.
const RESOURCE_TIMEOUT_MS = 5000;
