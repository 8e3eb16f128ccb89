/** One signal's way out: what waits, the loop that sends it, and the books. */
import { briefly, warn, warnOnce } from '../host/report.ts';
import type { Endpoint } from './endpoint.ts';
import type { Signal } from './signal.ts';
import type { DropReason, Ledger } from './ledger.ts';
import { SendLoop, type Outcome } from './loop.ts';
import type { ParcelQueue } from './parcel.ts';
import type { Fate, LastRequest } from './hand-over.ts';
import type { OutletStats } from './ports.ts';
import { createSender } from './sender.ts';
import { SpoolQueue } from './spool-queue.ts';
import type { Spool, SpooledRequest } from './spool.ts';

/** What an outbox is made of. */
export interface OutboxOptions {
  readonly signal: Signal;
  readonly endpoint: Endpoint;
  readonly queue: ParcelQueue;
  readonly ledger: Ledger;
  /** Undefined when nothing is to be kept on disk. */
  readonly spool: Spool | undefined;
  /** Longest time that what waits now may wait; 0 sends at once. */
  delayMs(this: void): number;
}

/** Takes what a queue holds to its receiver. Never throws, never keeps the process alive by itself. */
export class Outbox {
  readonly signal: Signal;
  readonly endpoint: Endpoint;
  readonly ledger: Ledger;
  /** What waits in memory. */
  readonly #memory: ParcelQueue;
  readonly #spool: SpoolQueue | undefined;
  /** What waits in memory and on disk. */
  readonly #queue: ParcelQueue;
  readonly #loop: SendLoop;
  /** Requests in a row that nobody took. */
  #failures = 0;
  #triedAtExit = 0;
  #exitFlush: Promise<void> = Promise.resolve();
  #gaveUpAt = -1;
  /** When it was last given up to reach the receiver at all. */
  #silentAtMs = -Infinity;
  #closed = false;
  #given: { readonly recordCount: number; readonly onDisk: boolean }[] = [];

  constructor({ signal, endpoint, queue, ledger, spool, delayMs }: OutboxOptions) {
    this.signal = signal;
    this.endpoint = endpoint;
    this.ledger = ledger;
    this.#memory = queue;
    this.#spool = spool && new SpoolQueue(queue, spool, signal, ledger);
    this.#queue = this.#spool ?? queue;
    this.#loop = new SendLoop({
      queue: this.#queue,
      sender: createSender(endpoint),
      delayMs,
      resourceTimeoutMs: RESOURCE_TIMEOUT_MS,
      onSent: (parcel, outcome) => this.#account(parcel.recordCount, outcome),
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
    if (this.#queue.recordCount > 0) await this.#loop.flush({ timeoutMs, final });
  }

  /** At a natural end, which is announced again after each bit of work: only what came since the last try. */
  flushAtExit(timeoutMs: number): Promise<void> {
    if (this.ledger.received !== this.#triedAtExit) {
      this.#triedAtExit = this.ledger.received;
      const { exported } = this.ledger;
      // Who was waited for until a moment ago is not waited for again.
      const isSilent = timeoutMs <= 0 || Date.now() - this.#silentAtMs < SILENT_MS;
      const sent = isSilent ? Promise.resolve() : this.flush(timeoutMs, true);
      this.#exitFlush = sent.then(() => {
        // A receiver that takes what it gets, only not all of it in this time, is worth the last moment.
        const isInVain = this.ledger.exported === exported;
        if (this.#queue.recordCount > 0 && isInVain) this.#gaveUpAt = this.ledger.received;
        this.#loop.letGo();
        return undefined;
      });
    }
    return this.#exitFlush;
  }

  /** Whether waiting for the receiver has already been in vain for all that is here. */
  get gaveUp(): boolean {
    return this.#gaveUpAt === this.ledger.received;
  }

  /** Records that wait, in memory or on disk. */
  get waiting(): number {
    return this.#queue.recordCount;
  }

  /** Records on the wire. */
  get inflight(): number {
    return this.#loop.inflight;
  }

  /** Whether nobody took the last request. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  get hasSpool(): boolean {
    return this.#spool !== undefined;
  }

  /** Puts what waits on disk while nobody takes it. */
  spillWhileFailing(): void {
    if (this.isFailing) this.#spool?.spill();
  }

  /** Takes on what an earlier process has left on disk. */
  adopt(requests: readonly SpooledRequest[]): void {
    const ours = requests.filter(({ signal }) => signal === this.signal);
    if (ours.length === 0 || this.#spool === undefined) return;
    this.#spool.adopt(ours);
    this.#loop.wake();
  }

  /**
   * The process ends: gives out all that waits. What could be put on disk stays there for the next start unless its
   * fate says that it was dealt with; the rest is counted by its fate. Call {@link settle} with the fates.
   */
  giveOut(): LastRequest[] {
    const { endpoint } = this;
    const { noun } = this.ledger;
    this.#spool?.letGo();
    const requests: LastRequest[] = [];
    for (const { path, recordCount } of this.#spool?.files ?? []) {
      requests.push({ endpoint, recordCount, noun, body: { file: path } });
      this.#given.push({ recordCount, onDisk: true });
    }
    for (let parcel = this.#memory.take(); parcel !== undefined; parcel = this.#memory.take()) {
      const { recordCount } = parcel;
      try {
        requests.push({ endpoint, recordCount, noun, body: parcel.toRequest() });
        this.#given.push({ recordCount, onDisk: false });
      } catch (error) {
        this.ledger.drop('encoding_failed', recordCount, briefly(error));
      }
      this.#memory.remove();
    }
    return requests;
  }

  /** Counts what was given out: with the fate of each request, or all as handed over. */
  settle(fates: readonly Fate[] | 'handed_over'): void {
    const { ledger } = this;
    this.#given.forEach(({ recordCount, onDisk }, i) => {
      const { delivered, refused } = (fates === 'handed_over' ? undefined : fates[i]) ?? UNKNOWN;
      const left = recordCount - delivered - refused;
      ledger.exported += delivered;
      ledger.dropped.refused += refused;
      if (onDisk || fates === 'handed_over') ledger.handedOver += left;
      else ledger.dropped.undelivered += left;
    });
    this.#given = [];
    this.#spool?.forget();
    ledger.sayAtTheEnd();
  }

  stats(): OutletStats<DropReason> {
    const { received, exported, dropped, handedOver } = this.ledger;
    return {
      received,
      exported,
      dropped: { ...dropped },
      queued: this.#memory.recordCount,
      queuedBytes: this.#memory.sizeBytes,
      spooled: handedOver + (this.#spool?.spooledCount ?? 0),
    };
  }

  /** Takes nothing any more. What comes now is counted as too late; what waits can still be flushed. */
  close(): void {
    this.#closed = true;
  }

  /** Ends all sending; what still waits and has no place on disk is counted as undelivered. */
  dispose(): void {
    this.#closed = true;
    this.#loop.close();
    this.#spool?.letGo();
    const left = this.#queue.clear();
    if (left > 0) this.ledger.dropped.undelivered += left;
    this.ledger.sayAtTheEnd();
  }

  #account(count: number, outcome: Outcome): void {
    switch (outcome.kind) {
      case 'delivered': {
        const rejected = Math.min(count, outcome.rejected);
        this.ledger.exported += count - rejected;
        this.#failures = 0;
        if (rejected > 0) this.ledger.drop('rejected', rejected, outcome.message);
        break;
      }
      case 'refused':
        this.#refuse(count, outcome.reason);
        break;
      case 'too_large':
        this.ledger.drop('too_large', count);
        break;
      case 'encoding_failed':
        this.ledger.drop('encoding_failed', count, outcome.reason);
        break;
      case 'retry':
        this.#failures += 1;
        if (outcome.connected === false) this.#silentAtMs = Date.now();
        // Once may be a restart of the receiver; twice is worth a word.
        if (this.#failures === 2) {
          warn(
            'unreachable',
            `${this.endpoint.url.origin} does not take ${NOUNS[this.signal]} (${outcome.reason}); they wait, ` +
              'and what does not fit is dropped. Is the server running, and is HEARTWOOD_OTLP_ENDPOINT right?',
          );
        }
        break;
      default:
        outcome satisfies never;
    }
  }

  #refuse(count: number, reason: string): void {
    // Many receivers take spans alone. That is no loss worth a warning every minute.
    if (this.signal === 'traces' || reason !== 'HTTP 404') {
      this.ledger.drop('refused', count, reason);
      return;
    }
    this.ledger.dropQuietly('refused', count);
    // Nor is one at all when it is only our own counts that nobody wants.
    if (this.signal === 'metrics') return;
    warnOnce(
      `no ${this.signal}`,
      `${this.endpoint.url.href} does not exist, so ${NOUNS[this.signal]} of ours are lost. ` +
        `Remedy: a receiver that takes them, or OTEL_${this.signal.toUpperCase()}_EXPORTER=none`,
    );
  }
}

const UNKNOWN: Fate = { delivered: 0, refused: 0 };

const SILENT_MS = 2000;

/** What the records of a signal are called. */
export const NOUNS: Readonly<Record<Signal, string>> = {
  traces: 'spans',
  logs: 'log records',
  metrics: 'metric points',
};

// Host and cloud detectors of the SDK take milliseconds to seconds; spans wait for them, but not for ever.
const RESOURCE_TIMEOUT_MS = 5000;
