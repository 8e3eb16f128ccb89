/** Counts how often integers come: open addressing, because a Map of boxed numbers costs five times as much. */

/** Numbers from 0 to 2^31 - 2; memory is kept from batch to batch. */
export class IntCounter {
  /** How many distinct numbers there are. */
  size = 0;
  /** The number + 1 in each slot; 0 is free. */
  #slots = new Int32Array(4096);
  #counts = new Uint32Array(4096);

  /** Counts the number once more. */
  count(value: number): void {
    const slot = this.#slotOf(value + 1);
    if (this.#slots[slot] === 0) {
      this.#slots[slot] = value + 1;
      this.#counts[slot] = 1;
      if (++this.size * 2 > this.#slots.length) this.#grow();
    } else (this.#counts[slot] as number)++;
  }

  /** Every number once, with its count, in no order. */
  each(take: (value: number, count: number) => void): void {
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const value = this.#slots[slot] as number;
      if (value !== 0) take(value - 1, this.#counts[slot] as number);
    }
  }

  clear(): void {
    this.size = 0;
    this.#slots.fill(0);
  }

  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    const hash = Math.imul(key, 0x9e3779b1);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let found = this.#slots[slot]; found !== 0 && found !== key; found = this.#slots[slot])
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [slots, counts] = [this.#slots, this.#counts];
    this.#slots = new Int32Array(slots.length * 2);
    this.#counts = new Uint32Array(slots.length * 2);
    for (const [from, key] of slots.entries()) {
      if (key === 0) continue;
      const to = this.#slotOf(key);
      this.#slots[to] = key;
      this.#counts[to] = counts[from] as number;
    }
  }
}
