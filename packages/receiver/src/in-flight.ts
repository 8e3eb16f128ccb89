/** Bounds the bytes of requests that are being read or waiting, so that many senders cannot fill the memory together. */
import { BodyPool } from './body-pool.ts';

/** Room of one request: {@link BEGUN_BYTES} at first, and its body as it comes. */
export interface Claim {
  /** Widens the room for the body to `bytes`; false when there are not so many left. One body fits always, however large. */
  widen(bytes: number): boolean;
  /**
   * A buffer of at least `bytes`, with anything in it. It takes the place of the one given before, whose bytes must be
   * copied at once; {@link release} takes it back.
   */
  buffer(bytes: number): Buffer<ArrayBuffer>;
  /** The body is complete: from now on its sender cannot be slow any more. */
  settle(): void;
  /** Gives all of it back, the buffer too: nobody may read the body any more. */
  release(): void;
}

/** What a request takes before its body: what it is known by until it is answered, and the first buffer of its body. */
export const BEGUN_BYTES: number = 8 * 1024;
/** Above this share of the limit no request is begun: what is left is for those under way, so that they get done. */
const BUSY_SHARE = 0.75;
/**
 * A body of which less than this came within {@link WINDOW_MS} gives way when there is no room for others: its sender would
 * otherwise hold what it has sent until its time is over, and a few such senders all the room there is.
 */
const SLOW_BYTES = 64 * 1024;
const WINDOW_MS = 1000;

export class InFlight {
  readonly #limitBytes: number;
  readonly #now: () => number;
  readonly #reading = new Set<Reading>();
  readonly #pool = new BodyPool();
  #begun = 0;
  #bodyBytes = 0;

  /** `now` is in milliseconds. */
  constructor(limitBytes: number, now: () => number = () => performance.now()) {
    this.#limitBytes = limitBytes;
    this.#now = now;
  }

  get bytes(): number {
    return this.#bodyBytes + this.#begun * BEGUN_BYTES;
  }

  /** Whether the request that was claimed for last may go on; slow senders give way to it. */
  makeRoom(): boolean {
    // What the request itself has taken by being begun is not held against it.
    const most = this.#limitBytes * BUSY_SHARE + BEGUN_BYTES;
    if (this.bytes > most) this.#sendSlowAway();
    return this.bytes <= most;
  }

  /**
   * Room for a body counts as it is filled, not as it is announced: an announcement costs a slow sender nothing. `giveWay` is
   * called when the body comes too slowly while others wait for room; the room is then given back already.
   */
  claim(giveWay: () => void = () => undefined): Claim {
    const reading: Reading = {
      bytes: 0,
      beganAt: this.#now(),
      beganBytes: 0,
      isSlow: false,
      isReleased: false,
      giveWay,
    };
    this.#begun++;
    this.#reading.add(reading);
    let buffer: Buffer<ArrayBuffer> | undefined;
    const swap = (next?: Buffer<ArrayBuffer>): void => {
      if (buffer !== undefined) this.#pool.give(buffer);
      buffer = next;
    };
    const fits = (bytes: number): boolean => {
      const added = bytes - reading.bytes;
      return this.#bodyBytes === reading.bytes || this.bytes + added <= this.#limitBytes;
    };
    return {
      widen: (bytes) => {
        if (reading.isReleased) return false;
        this.#look(reading);
        if (!fits(bytes)) this.#sendSlowAway(reading);
        if (!fits(bytes)) return false;
        this.#bodyBytes += bytes - reading.bytes;
        reading.bytes = bytes;
        return true;
      },
      buffer: (bytes) => {
        const next = this.#pool.take(bytes);
        swap(next);
        return next;
      },
      settle: () => void this.#reading.delete(reading),
      release: () => {
        this.#release(reading);
        swap();
      },
    };
  }

  #release(reading: Reading): void {
    if (reading.isReleased) return;
    reading.isReleased = true;
    this.#reading.delete(reading);
    this.#begun--;
    this.#bodyBytes -= reading.bytes;
    reading.bytes = 0;
  }

  #sendSlowAway(except?: Reading): void {
    for (const reading of this.#reading) {
      this.#look(reading);
      const isFasterNow = reading.bytes - reading.beganBytes >= SLOW_BYTES;
      if (!reading.isSlow || isFasterNow || reading === except) continue;
      this.#release(reading);
      reading.giveWay();
    }
  }

  /** Judges the pace of a body when a window is over. */
  #look(reading: Reading): void {
    const now = this.#now();
    if (now - reading.beganAt < WINDOW_MS) return;
    reading.isSlow = reading.bytes - reading.beganBytes < SLOW_BYTES;
    reading.beganAt = now;
    reading.beganBytes = reading.bytes;
  }
}

/** A body that is being read. */
interface Reading {
  bytes: number;
  /** Begin of the window in which its pace is measured, and what had come by then. */
  beganAt: number;
  beganBytes: number;
  isSlow: boolean;
  isReleased: boolean;
  readonly giveWay: () => void;
}
