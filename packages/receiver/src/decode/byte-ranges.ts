/** A list of byte ranges that is filled and emptied for each record: emptying an array would cost more than the rest. */

export class ByteRanges {
  count = 0;
  /** Start and end of each range. */
  #bounds: Int32Array = new Int32Array(64);

  add(start: number, end: number): void {
    if (this.count * 2 === this.#bounds.length) {
      const grown = new Int32Array(this.#bounds.length * 2);
      grown.set(this.#bounds);
      this.#bounds = grown;
    }
    this.#bounds[this.count * 2] = start;
    this.#bounds[this.count * 2 + 1] = end;
    this.count++;
  }

  start(index: number): number {
    return this.#bounds[index * 2] as number;
  }

  end(index: number): number {
    return this.#bounds[index * 2 + 1] as number;
  }
}
