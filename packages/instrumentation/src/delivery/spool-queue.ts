/** A queue with a spool behind it: what is sent lies on disk until it has arrived, and leaves memory when it does not. */
import { briefly } from '../host/report.ts';
import type { Signal } from './signal.ts';
import type { Ledger } from './ledger.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';
import { RequestCeiling } from './request-ceiling.ts';
import { firstHalf, splitRequest } from './split-request.ts';
import type { Spool, SpooledRequest } from './spool.ts';

/** What is on the wire: a request from disk, or one from memory and its copy on disk. */
type OnTheWire =
  | { readonly from: 'disk'; readonly body: Uint8Array }
  | { readonly from: 'memory'; readonly parcel: Parcel; copy: SpooledRequest | undefined };

/** Requests on disk go first, because they are older. */
export class SpoolQueue implements ParcelQueue {
  /** Records that lie on disk and not in memory. */
  spooledCount = 0;
  readonly #inner: ParcelQueue;
  readonly #spool: Spool;
  readonly #signal: Signal;
  readonly #ledger: Ledger;
  readonly #ceiling = new RequestCeiling();
  #files: SpooledRequest[] = [];
  #wire: OnTheWire | undefined;

  constructor(inner: ParcelQueue, spool: Spool, signal: Signal, ledger: Ledger) {
    this.#inner = inner;
    this.#spool = spool;
    this.#signal = signal;
    this.#ledger = ledger;
  }

  get recordCount(): number {
    return this.#inner.recordCount + this.spooledCount;
  }

  get sizeBytes(): number {
    return this.#inner.sizeBytes;
  }

  get fullBatches(): number {
    return this.#inner.fullBatches + this.#files.length;
  }

  /** What lies on disk. */
  get files(): readonly SpooledRequest[] {
    return this.#files;
  }

  /** Requests of an earlier process: they count as received by this one. */
  adopt(requests: readonly SpooledRequest[]): void {
    const count = requests.reduce((sum, { recordCount }) => sum + recordCount, 0);
    this.#ledger.received += count;
    this.spooledCount += count;
    // Behind the one that is on the wire.
    this.#files.splice(this.#wire?.from === 'disk' ? 1 : 0, 0, ...requests);
  }

  take(): Parcel | undefined {
    for (let file = this.#files[0]; file !== undefined; file = this.#files[0]) {
      const body = this.#spool.read(file);
      if (body === 'gone') {
        // Whoever has it sends it.
        this.#files.shift();
        this.#spool.leave(file);
        this.spooledCount -= file.recordCount;
        this.#ledger.handedOver += file.recordCount;
      } else if (body === 'torn') {
        // By a crash while it was written.
        this.#dropOldest();
        this.#ledger.drop('undelivered', file.recordCount, 'a file of the spool was torn');
      } else if (body.length <= this.#ceiling.bytes || !this.#splitOldest(file, body)) {
        this.#wire = { from: 'disk', body };
        return toParcel(file, body);
      }
    }
    const parcel = this.#inner.take();
    if (parcel === undefined) return undefined;
    const wire: OnTheWire = { from: 'memory', parcel, copy: undefined };
    this.#wire = wire;
    return {
      recordCount: parcel.recordCount,
      resourcesReady: (timeoutMs) => parcel.resourcesReady(timeoutMs),
      toRequest: () => {
        const body = parcel.toRequest();
        wire.copy = this.#write(parcel.recordCount, body);
        return body;
      },
    };
  }

  remove(): void {
    const wire = this.#wire;
    this.#wire = undefined;
    if (wire?.from === 'disk') {
      this.#ceiling.raise();
      this.#dropOldest();
    }
    if (wire?.from !== 'memory') return;
    if (wire.copy !== undefined) this.#spool.remove(wire.copy);
    this.#inner.remove();
  }

  putBack(): void {
    const wire = this.#wire;
    this.#wire = undefined;
    if (wire?.from === 'memory') {
      if (wire.copy === undefined) this.#inner.putBack();
      else this.#keep(wire.copy);
    }
    this.spill();
  }

  splitHead(): boolean {
    const wire = this.#wire;
    if (wire?.from === 'disk') {
      const [file] = this.#files;
      if (file === undefined || !this.#splitOldest(file, wire.body)) return false;
      this.#ceiling.tooLarge(wire.body.length);
    } else {
      if (wire === undefined || !this.#inner.splitHead()) return false;
      if (wire.copy !== undefined) this.#spool.remove(wire.copy);
    }
    this.#wire = undefined;
    return true;
  }

  /** Moves what waits in memory to disk, as far as the disk takes it. */
  spill(): void {
    if (this.#wire !== undefined) return;
    for (let parcel = this.#inner.take(); parcel !== undefined; parcel = this.#inner.take()) {
      let body: Uint8Array;
      try {
        body = parcel.toRequest();
      } catch (error) {
        this.#inner.remove();
        this.#ledger.drop('encoding_failed', parcel.recordCount, briefly(error));
        continue;
      }
      const copy = this.#write(parcel.recordCount, body);
      if (copy === undefined) {
        this.#inner.putBack();
        return;
      }
      this.#keep(copy);
    }
  }

  /** Nothing is on the wire any more: the process ends. */
  letGo(): void {
    if (this.#wire !== undefined) this.putBack();
    else this.spill();
  }

  clear(): number {
    this.#wire = undefined;
    return this.#inner.clear();
  }

  /** The files are somebody else's now. */
  forget(): void {
    this.#files = [];
    this.spooledCount = 0;
  }

  /** The head of the memory queue is on disk now. */
  #keep(copy: SpooledRequest): void {
    this.#inner.remove();
    this.#files.push(copy);
    this.spooledCount += copy.recordCount;
  }

  #write(recordCount: number, body: Uint8Array): SpooledRequest | undefined {
    while (!this.#spool.hasRoomFor(body.length)) {
      const oldest = this.#files[0];
      if (oldest === undefined) return undefined;
      this.#dropOldest();
      this.#ledger.drop('spool_full', oldest.recordCount);
    }
    return this.#spool.write(this.#signal, recordCount, body);
  }

  /** Two files in the place of one; it goes last, so that a crash loses nothing: the halves are the same the next time. */
  #splitOldest(file: SpooledRequest, body: Uint8Array): boolean {
    const halves = splitRequest(body);
    if (halves === undefined) return false;
    const records = firstHalf(file.recordCount);
    const first = this.#spool.write(this.#signal, records, halves[0]);
    if (first === undefined) return false;
    const second = this.#spool.write(this.#signal, file.recordCount - records, halves[1]);
    if (second === undefined) {
      this.#spool.remove(first);
      return false;
    }
    this.#spool.remove(file);
    this.#files.splice(0, 1, first, second);
    return true;
  }

  #dropOldest(): void {
    const oldest = this.#files.shift();
    if (oldest === undefined) return;
    this.#spool.remove(oldest);
    this.spooledCount -= oldest.recordCount;
  }
}

function toParcel({ recordCount }: SpooledRequest, body: Uint8Array): Parcel {
  return {
    recordCount,
    resourcesReady: () => Promise.resolve(),
    toRequest: () => body,
  };
}
