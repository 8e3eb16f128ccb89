/** Encoded log records and metric points that wait to be sent: bounded in number and bytes, the oldest dropped first. */
import { LENGTH, BytesWriter } from '../otlp/bytes.ts';
import type { ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { writeResource, writeSchemaUrl, writeScope } from '../otlp/span.ts';
import type { Parcel, ParcelQueue } from './parcel.ts';
import { RequestCeiling } from './request-ceiling.ts';

/** The bounds of a queue and of its requests. */
export interface RecordLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
}

/** An entry of ScopeLogs or ScopeMetrics, tag and length included; `count` is 1 or the number of points in it. */
interface Entry {
  readonly scope: ScopeLike;
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** Entries in the order they came. The resource is looked up when a request is made: it may become known late. */
export class RecordQueue implements ParcelQueue {
  recordCount = 0;
  sizeBytes = 0;
  readonly #limits: RecordLimits;
  readonly #resource: () => ResourceLike;
  readonly #onDrop: (records: number) => void;
  #entries: Entry[] = [];
  /** Entries at the head that are on the wire. */
  #sending = 0;
  /** Entries at the head that were on the wire and may have arrived: sent again, they are the same request. */
  #again = 0;
  readonly #ceiling = new RequestCeiling();

  constructor(
    limits: RecordLimits,
    resource: () => ResourceLike,
    onDrop: (records: number) => void,
  ) {
    this.#limits = limits;
    this.#resource = resource;
    this.#onDrop = onDrop;
  }

  get fullBatches(): number {
    const { maxBatchRecords, maxBatchBytes } = this.#limits;
    return Math.max(
      Math.floor(this.recordCount / maxBatchRecords),
      Math.floor(this.sizeBytes / maxBatchBytes),
    );
  }

  /** Adds an entry; false when it is larger than a request may be. */
  add(scope: ScopeLike, bytes: Uint8Array, count: number): boolean {
    if (bytes.length > this.#limits.maxBatchBytes) return false;
    this.#entries.push({ scope, bytes, count });
    this.recordCount += count;
    this.sizeBytes += bytes.length;
    this.#makeRoom();
    return true;
  }

  take(): Parcel | undefined {
    // A receiver knows a request that it has by its bytes: one that may have arrived is sent as it was.
    this.#sending = Math.min(this.#sending || this.#again || this.#fitting, this.#entries.length);
    if (this.#sending === 0) return undefined;
    return this.#toParcel(this.#entries.slice(0, this.#sending));
  }

  remove(): void {
    for (const { count, bytes } of this.#entries.splice(0, this.#sending)) {
      this.recordCount -= count;
      this.sizeBytes -= bytes.length;
    }
    this.#sending = 0;
    this.#again = 0;
    this.#ceiling.raise();
  }

  putBack(): void {
    this.#again = this.#sending;
    this.#sending = 0;
    this.#makeRoom();
  }

  splitHead(): boolean {
    if (this.#sending < 2) return false;
    const sent = this.#entries.slice(0, this.#sending);
    this.#ceiling.tooLarge(sent.reduce((sum, { bytes }) => sum + bytes.length, 0));
    this.#sending = 0;
    this.#again = 0;
    return true;
  }

  clear(): number {
    const lost = this.recordCount;
    this.#entries = [];
    this.#sending = 0;
    this.#again = 0;
    this.recordCount = 0;
    this.sizeBytes = 0;
    return lost;
  }

  /** Entries at the head that one request takes. */
  get #fitting(): number {
    const { maxBatchRecords, maxBatchBytes } = this.#limits;
    const maxBytes = Math.min(maxBatchBytes, this.#ceiling.bytes);
    let fitting = 0;
    let count = 0;
    let size = 0;
    for (const entry of this.#entries) {
      count += entry.count;
      size += entry.bytes.length;
      // A single entry goes alone when it is more than a request's worth of points.
      if (fitting > 0 && (count > maxBatchRecords || size > maxBytes)) break;
      fitting += 1;
    }
    return fitting;
  }

  #makeRoom(): void {
    const { maxRecords, maxBytes } = this.#limits;
    let dropped = 0;
    while (
      (this.recordCount > maxRecords || this.sizeBytes > maxBytes) &&
      this.#entries.length - this.#sending > 1
    ) {
      // What is on the wire cannot be taken back; of the rest the newest stays in any case.
      const [oldest] = this.#entries.splice(this.#sending, 1);
      if (oldest === undefined) break;
      if (this.#sending === 0 && this.#again > 0) this.#again -= 1;
      this.recordCount -= oldest.count;
      this.sizeBytes -= oldest.bytes.length;
      dropped += oldest.count;
    }
    if (dropped > 0) this.#onDrop(dropped);
  }

  #toParcel(entries: readonly Entry[]): Parcel {
    const resource = this.#resource();
    return {
      recordCount: entries.reduce((sum, { count }) => sum + count, 0),
      async resourcesReady(timeoutMs) {
        if (resource.asyncAttributesPending !== true) return;
        let timer: NodeJS.Timeout | undefined;
        const timeout = new Promise<void>((resolve) => {
          // Who waits for a flush holds the process itself.
          timer = setTimeout(resolve, timeoutMs).unref();
        });
        const found = Promise.resolve(resource.waitForAsyncAttributes?.()).catch(() => {});
        await Promise.race([found, timeout]);
        clearTimeout(timer);
      },
      toRequest: () => toRequest(resource, entries),
    };
  }
}

/** ExportLogsServiceRequest and ExportMetricsServiceRequest have the same field numbers. */
function toRequest(resource: ResourceLike, entries: readonly Entry[]): Uint8Array {
  const out = new BytesWriter(1024 + entries.reduce((sum, { bytes }) => sum + bytes.length, 0));
  out.tag(1, LENGTH);
  const start = out.open();
  writeResource(out, resource);
  for (const scope of new Set(entries.map((entry) => entry.scope))) {
    out.tag(2, LENGTH);
    const scopeStart = out.open();
    writeScope(out, scope);
    for (const entry of entries) if (entry.scope === scope) out.raw(entry.bytes);
    writeSchemaUrl(out, scope.schemaUrl);
    out.close(scopeStart);
  }
  writeSchemaUrl(out, resource.schemaUrl);
  out.close(start);
  return out.view();
}
