/** How large a request a receiver takes, learned from those that it found too large. */

/** Begins without a limit. A limit comes back slowly: each request that is too large is sent twice. */
export class RequestCeiling {
  /** Requests of more bytes are not worth trying. */
  bytes = Infinity;

  /** A request of this size was too large. */
  tooLarge(sizeBytes: number): void {
    this.bytes = Math.min(this.bytes, sizeBytes / 2);
  }

  /** A request is done. */
  raise(): void {
    this.bytes *= GROWTH;
  }
}

// From half of what was too large it takes 14 requests to get there again.
const GROWTH = 1.05;
