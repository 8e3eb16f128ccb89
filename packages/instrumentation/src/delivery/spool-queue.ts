/** A queue with a spool behind it: what is sent lies on disk until it has arrived, and leaves memory when it does not. */
import type { Signal } from './endpoint.ts';
import type { Ledger } from './ledger.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';
import type { Spool, SpooledRequest } from './spool.ts';

/** What is on the wire: a request from disk, or one from memory and its copy on disk. */
type OnTheWire =
  | { readonly from: 'disk' }
  | { readonly from: 'memory'; readonly parcel: Parcel; copy: SpooledRequest | undefined };

/** Requests on disk go first, because they are older. */
export class SpoolQueue implements ParcelQueue {
  /** Records that lie on disk and not in memory. */
  spooledCount = 0;
  readonly #inner: ParcelQueue;
  readonly #spool: Spool;
  readonly #signal: Signal;
  readonly #ledger: Ledger;
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
      if (body !== undefined) {
        this.#wire = { from: 'disk' };
        return toParcel(file, body);
      }
      // Torn by a crash while it was written, or removed by somebody.
      this.#dropOldest();
      this.#ledger.drop('undelivered', file.recordCount, 'a file of the spool was torn or gone');
    }
    const parcel = this.#inner.take();
    if (parcel === undefined) return undefined;
    const wire: OnTheWire = { from: 'memory', parcel, copy: undefined };
    this.#wire = wire;
    return {
      recordCount: parcel.recordCount,
      partCount: parcel.partCount ?? parcel.recordCount,
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
    if (wire?.from === 'disk') this.#dropOldest();
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

  splitHead(): void {
    const wire = this.#wire;
    this.#wire = undefined;
    if (wire?.from !== 'memory') return;
    if (wire.copy !== undefined) this.#spool.remove(wire.copy);
    this.#inner.splitHead();
  }

  /** Moves what waits in memory to disk, as far as the disk takes it. */
  spill(): void {
    if (this.#wire !== undefined) return;
    for (let parcel = this.#inner.take(); parcel !== undefined; parcel = this.#inner.take()) {
      const copy = this.#write(parcel.recordCount, parcel.toRequest());
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

  #dropOldest(): void {
    const oldest = this.#files.shift();
    if (oldest === undefined) return;
    this.#spool.remove(oldest);
    this.spooledCount -= oldest.recordCount;
  }
}

/** What lies on disk is one piece: nobody takes it apart to make it smaller. */
function toParcel({ recordCount }: SpooledRequest, body: Uint8Array): Parcel {
  return {
    recordCount,
    partCount: 1,
    resourcesReady: () => Promise.resolve(),
    toRequest: () => body,
  };
}
