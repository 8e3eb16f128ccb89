/** Buffers of bodies, used again: memory taken anew for each body makes the garbage collector run for it alone. */

/** Below this a buffer costs less to make than to keep. */
const LEAST_BYTES = 16 * 1024;
/** Above this a buffer would keep memory from everybody else for one rare sender. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Sizes are rounded up to a fourth of a power of two, so that bodies of nearly the same size share buffers. */
const STEPS = 4;
/** Unused buffers that are kept, bytes: 16 exporters with 4 MiB each under way. */
const KEPT_BYTES = 64 * 1024 * 1024;

export class BodyPool {
  /** Unused buffers by their size. */
  readonly #free = new Map<number, Buffer<ArrayBuffer>[]>();
  #freeBytes = 0;

  /** Bytes of buffers that are kept for later. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** A buffer of at least `bytes`, with whatever was in it before. */
  take(bytes: number): Buffer<ArrayBuffer> {
    const size = roundedUp(bytes);
    if (bytes < LEAST_BYTES || size > MOST_BYTES) return Buffer.allocUnsafeSlow(bytes);
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#freeBytes -= size;
    return buffer;
  }

  /** Takes a buffer back that nobody reads or writes any more. */
  give(buffer: Buffer<ArrayBuffer>): void {
    const size = buffer.length;
    if (size < LEAST_BYTES || size > MOST_BYTES) return;
    // What came lately is more likely to come again than what has been lying here.
    if (this.#freeBytes + size > KEPT_BYTES) this.#drop();
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [buffer]);
    else list.push(buffer);
    this.#freeBytes += size;
  }

  #drop(): void {
    this.#free.clear();
    this.#freeBytes = 0;
  }
}

function roundedUp(bytes: number): number {
  const step = 2 ** Math.floor(Math.log2(bytes)) / STEPS;
  return Math.ceil(bytes / step) * step;
}
