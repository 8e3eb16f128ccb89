/** Numbers for the distinct groups of a batch: the same key has the same number, a new one the next. */

/** Words of a key: feature, category and component (two each), hour, status. */
export const KEY_WORDS = 8;

/** Open addressing over 32-bit words; memory is kept from batch to batch. */
export class GroupKeys {
  /** How many groups there are. */
  size = 0;
  /** {@link KEY_WORDS} words a group. */
  words: Int32Array = new Int32Array(256 * KEY_WORDS);
  /** Group + 1 by hash; 0 is free. */
  #slots = new Int32Array(1024);

  /** The group of a key; it was new when {@link size} has grown. */
  find(
    featureLow: number,
    featureHigh: number,
    categoryLow: number,
    categoryHigh: number,
    componentLow: number,
    componentHigh: number,
    hour: number,
    status: number,
  ): number {
    const hash = hashOf(
      featureLow ^ featureHigh,
      categoryLow ^ categoryHigh,
      componentLow ^ componentHigh,
      hour * 8 + status,
    );
    const { words } = this;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (; ; slot = (slot + 1) & mask) {
      const group = (this.#slots[slot] as number) - 1;
      if (group < 0) break;
      const at = group * KEY_WORDS;
      if (
        words[at] === featureLow &&
        words[at + 1] === featureHigh &&
        words[at + 2] === categoryLow &&
        words[at + 3] === categoryHigh &&
        words[at + 4] === componentLow &&
        words[at + 5] === componentHigh &&
        words[at + 6] === hour &&
        words[at + 7] === status
      )
        return group;
    }
    const group = this.size++;
    if (this.size * KEY_WORDS > words.length) this.#growWords();
    const at = group * KEY_WORDS;
    this.words[at] = featureLow;
    this.words[at + 1] = featureHigh;
    this.words[at + 2] = categoryLow;
    this.words[at + 3] = categoryHigh;
    this.words[at + 4] = componentLow;
    this.words[at + 5] = componentHigh;
    this.words[at + 6] = hour;
    this.words[at + 7] = status;
    this.#slots[slot] = group + 1;
    if (this.size * 2 > this.#slots.length) this.#growSlots();
    return group;
  }

  clear(): void {
    this.size = 0;
    this.#slots.fill(0);
  }

  #growWords(): void {
    const grown = new Int32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
  }

  #growSlots(): void {
    const { words } = this;
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let group = 0; group < this.size; group++) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, hour = 0, status = 0] = words.subarray(
        group * KEY_WORDS,
        (group + 1) * KEY_WORDS,
      );
      let slot = hashOf(a ^ b, c ^ d, e ^ f, hour * 8 + status) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = group + 1;
    }
  }
}

function hashOf(feature: number, category: number, component: number, rest: number): number {
  let hash = Math.imul(feature, 0x9e3779b1) ^ Math.imul(category, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash ^= Math.imul(component, 0x27d4eb2f) ^ Math.imul(rest, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
