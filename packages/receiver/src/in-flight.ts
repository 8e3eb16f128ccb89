/** Bounds the bytes of bodies that are being read or waiting, so that many senders cannot fill the memory together. */

/** Room of one body; empty at first. */
export interface Claim {
  /** Widens the room to `bytes`; false when there are not so many left. One body fits always, however large. */
  widen(bytes: number): boolean;
  /** Gives all of it back. */
  release(): void;
}

/** Above this share of the limit no request is begun: what is left is for those under way, so that they get done. */
const BUSY_SHARE = 0.75;

export class InFlight {
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** True when no further request should be begun. */
  get isBusy(): boolean {
    return this.#bytes > this.#limitBytes * BUSY_SHARE;
  }

  /** Room counts as it is filled, not as it is announced: an announcement costs a slow sender nothing. */
  claim(): Claim {
    let mine = 0;
    return {
      widen: (bytes) => {
        const others = this.#bytes - mine;
        if (others > 0 && others + bytes > this.#limitBytes) return false;
        this.#bytes = others + bytes;
        mine = bytes;
        return true;
      },
      release: () => {
        this.#bytes -= mine;
        mine = 0;
      },
    };
  }
}
