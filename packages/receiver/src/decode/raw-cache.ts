/** What bytes of a body were found to mean: senders repeat themselves, and the same bytes need not be read again. */
import { hashText, textHash } from '@heartwood/store/batch';

/** Entries and bytes after which the cache starts anew: what comes from outside is without number. */
const MAX_ENTRIES = 1 << 17;
const MAX_BYTES = 1 << 24;
/** Longer bytes are not kept: they are rare, and reading them again is cheap beside their size. */
const MAX_LENGTH = 1 << 14;

/** Places in the eight words of an entry; a length of 0 marks a free one. */
const HASH = 0;
const START = 1;
const LENGTH = 2;
const KIND = 3;
const LOW = 4;
const HIGH = 5;
const COUNT = 6;
const MARKS = 7;

/** Open addressing; bytes are compared in full, so that no entry is ever taken for another. */
export class RawCache {
  /** What was kept for the bytes that {@link find} found last. */
  low = 0;
  high = 0;
  count = 0;
  marks = 0;
  readonly #seed: number;
  #slots: Int32Array = new Int32Array(1024 * 8);
  #mask = 1023;
  #size = 0;
  /** Bytes of all entries as words, zero padded, one behind the other. */
  #words: Int32Array = new Int32Array(4096);
  #wordsEnd = 0;

  /** @param seed 32-bit key of the hash, the installation's own */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Looks for bytes of `view`; `kind` parts what the same bytes may mean. Three further bytes must be readable. */
  find(view: DataView, start: number, length: number, kind: number): boolean {
    hashText(view, start, length, this.#seed ^ kind);
    const hash = textHash.low;
    const slots = this.#slots;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = slot << 3;
      const kept = slots[at + LENGTH] as number;
      if (kept === 0) return false;
      if (
        kept === length &&
        slots[at + HASH] === hash &&
        slots[at + KIND] === kind &&
        this.#isSame(slots[at + START] as number, view, start, length)
      ) {
        this.low = slots[at + LOW] as number;
        this.high = slots[at + HIGH] as number;
        this.count = slots[at + COUNT] as number;
        this.marks = slots[at + MARKS] as number;
        return true;
      }
    }
  }

  /** Keeps {@link low}, {@link high}, {@link count} and {@link marks} for bytes that {@link find} has missed. */
  keep(view: DataView, start: number, length: number, kind: number): void {
    if (length === 0 || length > MAX_LENGTH) return;
    if (this.#size >= MAX_ENTRIES || this.#wordsEnd * 4 >= MAX_BYTES) this.#clear();
    if ((this.#size + 1) * 2 > this.#mask) this.#grow();
    hashText(view, start, length, this.#seed ^ kind);
    const slots = this.#slots;
    const at = this.#free(slots, textHash.low);
    slots[at + HASH] = textHash.low;
    slots[at + START] = this.#wordsEnd;
    slots[at + LENGTH] = length;
    slots[at + KIND] = kind;
    slots[at + LOW] = this.low;
    slots[at + HIGH] = this.high;
    slots[at + COUNT] = this.count;
    slots[at + MARKS] = this.marks;
    this.#size++;
    this.#keepWords(view, start, length);
  }

  #isSame(word: number, view: DataView, start: number, length: number): boolean {
    const words = this.#words;
    let at = start;
    for (const end = start + (length & ~3); at < end; at += 4, word++)
      if (words[word] !== view.getInt32(at, true)) return false;
    const rest = length & 3;
    return rest === 0 || words[word] === (view.getInt32(at, true) & ((1 << (rest * 8)) - 1));
  }

  #keepWords(view: DataView, start: number, length: number): void {
    const needed = this.#wordsEnd + ((length + 3) >> 2);
    if (needed > this.#words.length) {
      const grown = new Int32Array(Math.max(needed, this.#words.length * 2));
      grown.set(this.#words.subarray(0, this.#wordsEnd));
      this.#words = grown;
    }
    let word = this.#wordsEnd;
    let at = start;
    for (const end = start + (length & ~3); at < end; at += 4, word++)
      this.#words[word] = view.getInt32(at, true);
    const rest = length & 3;
    if (rest !== 0) this.#words[word] = view.getInt32(at, true) & ((1 << (rest * 8)) - 1);
    this.#wordsEnd = needed;
  }

  /** Place of the free entry where one of this hash belongs. */
  #free(slots: Int32Array, hash: number): number {
    let slot = hash & this.#mask;
    while (slots[(slot << 3) + LENGTH] !== 0) slot = (slot + 1) & this.#mask;
    return slot << 3;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    const grown = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 8)
      if (old[at + LENGTH] !== 0)
        grown.set(old.subarray(at, at + 8), this.#free(grown, old[at + HASH] as number));
    this.#slots = grown;
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
    this.#wordsEnd = 0;
  }
}
