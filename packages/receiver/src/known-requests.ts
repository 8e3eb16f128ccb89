/** Requests that were accepted lately, so that one sent again after a lost answer is stored once. */

/** What the sender of a request is told about its records. */
export interface Outcome {
  readonly accepted: number;
  readonly rejected: number;
  /** First reason of a rejection, in English; empty when nothing was rejected. */
  readonly problem: string;
}

export interface KnownRequest {
  readonly outcome: Outcome;
  /** Resolves when the request would survive a crash. */
  readonly durable: Promise<void>;
}

/** How many requests are remembered: a day of one request each 0.3 seconds, about 40 MB. */
const MAX_KNOWN_REQUESTS = 262_144;

/** Remembers the latest requests by their hash; the oldest are forgotten first. */
export class KnownRequests {
  readonly #limit: number;
  readonly #requests = new Map<string, KnownRequest>();

  constructor(limit: number = MAX_KNOWN_REQUESTS) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** The request with this hash, if it is remembered. */
  find(hash: string): KnownRequest | undefined {
    return this.#requests.get(hash);
  }

  /** Remembers a request, or corrects what is remembered of it. */
  add(hash: string, request: KnownRequest): void {
    this.#requests.set(hash, request);
    if (this.#requests.size <= this.#limit) return;
    for (const oldest of this.#requests.keys()) {
      this.#requests.delete(oldest);
      return;
    }
  }
}
