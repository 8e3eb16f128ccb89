/** Brings the members of a JSON object into the order of their keys, so that the same set is the same text. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** Up to so many members are sorted by insertion, which makes no objects; with many it would be slow. */
const FEW = 32;

/** Keeps its memory from object to object. */
export class MemberOrder {
  /** Start, end of the key and end of each member, in the order in which they stand. */
  #bounds: Int32Array = new Int32Array(3 * FEW);
  /** Numbers of the members by key. */
  #order: Int32Array = new Int32Array(FEW);
  #copy: Uint8Array = new Uint8Array(1024);

  /**
   * Orders the members of the object `{"a":…,"b":…}` in `[start, end)`, which has no white space, by the bytes of their keys.
   * Members of one key stay in their order; what lies deeper stays as it is.
   */
  order(bytes: Uint8Array, start: number, end: number): void {
    const count = this.#find(bytes, start, end);
    if (this.#sort(bytes, count)) this.#write(bytes, start, end, count);
  }

  /** Notes where the members lie; returns how many there are. */
  #find(bytes: Uint8Array, start: number, end: number): number {
    let count = 0;
    for (let at = start + 1; at < end - 1; count++) {
      if (count * 3 === this.#bounds.length) this.#grow();
      const keyEnd = stringEnd(bytes, at);
      this.#bounds[count * 3] = at;
      this.#bounds[count * 3 + 1] = keyEnd - 1;
      const memberEnd = valueEnd(bytes, keyEnd + 1);
      this.#bounds[count * 3 + 2] = memberEnd;
      at = memberEnd + 1;
    }
    return count;
  }

  /** Fills the order; false when the members stand in it already. */
  #sort(bytes: Uint8Array, count: number): boolean {
    const order = this.#order;
    let isMoved = false;
    if (count > FEW) {
      const numbers = Array.from({ length: count }, (_, number) => number);
      order.set(numbers.toSorted((a, b) => this.#compare(bytes, a, b)));
      return true;
    }
    for (let number = 0; number < count; number++) {
      let place = number;
      for (; place > 0; place--) {
        const before = order[place - 1] as number;
        if (this.#compare(bytes, before, number) <= 0) break;
        order[place] = before;
        isMoved = true;
      }
      order[place] = number;
    }
    return isMoved;
  }

  #compare(bytes: Uint8Array, a: number, b: number): number {
    const bounds = this.#bounds;
    let left = bounds[a * 3] as number;
    let right = bounds[b * 3] as number;
    const leftEnd = bounds[a * 3 + 1] as number;
    const rightEnd = bounds[b * 3 + 1] as number;
    while (left < leftEnd && right < rightEnd) {
      const difference = (bytes[left++] as number) - (bytes[right++] as number);
      if (difference !== 0) return difference;
    }
    return leftEnd - left - (rightEnd - right);
  }

  #write(bytes: Uint8Array, start: number, end: number, count: number): void {
    if (this.#copy.length < end - start) this.#copy = new Uint8Array((end - start) * 2);
    const copy = this.#copy;
    for (let at = start; at < end; at++) copy[at - start] = bytes[at] as number;
    let to = start + 1;
    for (let place = 0; place < count; place++) {
      if (place > 0) bytes[to++] = COMMA;
      const number = this.#order[place] as number;
      const memberEnd = (this.#bounds[number * 3 + 2] as number) - start;
      for (let at = (this.#bounds[number * 3] as number) - start; at < memberEnd; at++)
        bytes[to++] = copy[at] as number;
    }
  }

  #grow(): void {
    const grown = new Int32Array(this.#bounds.length * 2);
    grown.set(this.#bounds);
    this.#bounds = grown;
    this.#order = new Int32Array(grown.length / 3);
  }
}

/** Where the value that begins at `start` ends. */
function valueEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; ; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth-- === 0) return at;
    } else if (byte === COMMA && depth === 0) return at;
  }
}

/** Behind the string that begins at `start`. */
function stringEnd(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (; bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
  return at + 1;
}
