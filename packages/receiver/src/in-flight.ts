/** Bounds the bytes of bodies that are being read or waiting, so that many senders cannot fill the memory together. */
export class InFlight {
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes room for a body; false when there is none. One body fits always, however large. */
  take(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#limitBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  /** Gives room back. */
  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}
