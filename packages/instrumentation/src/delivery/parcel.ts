/** What waits to be sent, seen from the sending side: the same for spans, log records and metric points. */

/** One request's worth of records. */
export interface Parcel {
  readonly recordCount: number;
  /** Waits, at most `timeoutMs`, for resource attributes that are still being found out. */
  resourcesReady(timeoutMs: number): Promise<void>;
  /** The body of the request. Throws when something in it has no form in OTLP that could be found. */
  toRequest(): Uint8Array;
}

/** Parcels in the order they are to be sent. Between {@link take} and its end, the first one is on the wire. */
export interface ParcelQueue {
  /** Records that wait, those on the wire included. */
  readonly recordCount: number;
  readonly sizeBytes: number;
  /** Parcels that are as large as they may get. */
  readonly fullBatches: number;
  /** The oldest parcel, which from now on is on the wire; undefined when nothing waits. */
  take(): Parcel | undefined;
  /** The parcel on the wire is done: delivered or given up. */
  remove(): void;
  /** The parcel on the wire stays the next one. */
  putBack(): void;
  /** The parcel on the wire was too large and is to be sent in smaller ones; false when it cannot be made smaller. */
  splitHead(): boolean;
  /** Empties the queue and says how many records were in it. */
  clear(): number;
}
