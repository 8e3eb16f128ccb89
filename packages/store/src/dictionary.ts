/** Texts as small numbers: the same text always has the same id, a new one becomes a row of the open batch. */
import type { ColumnBatch } from './column-batch.ts';
import { INLINE_TEXT_BYTES } from './column-batch.ts';
import type { IDENTITIES, VOCABULARY } from './columns.ts';

type TextBatch = ColumnBatch<typeof VOCABULARY> | ColumnBatch<typeof IDENTITIES>;

/** Entries as they were stored, two parallel columns. */
export interface DictionaryEntries {
  readonly hashes: BigUint64Array;
  readonly ids: BigUint64Array;
}

/** How ids are given. */
export interface DictionaryOptions {
  /** Default 4,194,304. */
  readonly maxEntries?: number | undefined;
  /** Default 64. */
  readonly idBits?: 32 | 64 | undefined;
}

export const NO_ENTRIES: DictionaryEntries = {
  hashes: new BigUint64Array(0),
  ids: new BigUint64Array(0),
};

/**
 * Open addressing over 64-bit keyed hashes; texts are not kept, so an entry costs 16 bytes however long its text.
 * Two texts are taken for one when their 64-bit hashes agree: at 10 million texts the chance of one such pair is 3 in a million.
 *
 * Ids count up from 1 until `maxEntries`; from then on a new text gets its hash with the top bit set as id.
 * Such a text is written again whenever a batch meets it first, and readers take any one of the equal rows.
 */
export class Dictionary {
  /** Low and high word of the id that {@link find} or {@link add} gave last. */
  low = 0;
  high = 0;
  /** Hash of the text that {@link find} looked for last. */
  hashLow = 0;
  hashHigh = 0;

  readonly #seed: number;
  readonly #maxEntries: number;
  readonly #narrow: boolean;
  #size = 0;
  #nextId = 1;
  #mask: number;
  /** Four words an entry: hash low, hash high, id low, id high; an id of 0 marks a free slot. */
  #slots: Int32Array;
  /** Overflow ids already written in the batch that is open. */
  readonly #overflowed = new Set<string>();

  /**
   * @param seed 32-bit key of the hash, the installation's own
   * @param entries what is stored already
   * @param options.maxEntries how many texts get small ids
   * @param options.idBits 32 where the column of the id is `u32`: overflow ids are then 31 bits of the hash
   */
  constructor(
    seed: number,
    entries: DictionaryEntries = NO_ENTRIES,
    { maxEntries = 1 << 22, idBits = 64 }: DictionaryOptions = {},
  ) {
    this.#seed = seed;
    this.#maxEntries = maxEntries;
    this.#narrow = idBits === 32;
    let slots = 1024;
    while (slots * 0.6 < entries.ids.length) slots *= 2;
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots * 4);
    for (let i = 0; i < entries.ids.length; i++) {
      const hash = entries.hashes[i] ?? 0n;
      const id = entries.ids[i] ?? 0n;
      if (id >> (this.#narrow ? 31n : 63n) === 1n) continue;
      this.#insert(
        Number(BigInt.asIntN(32, hash)),
        Number(BigInt.asIntN(32, hash >> 32n)),
        Number(id),
      );
      if (Number(id) >= this.#nextId) this.#nextId = Number(id) + 1;
    }
  }

  /** Number of texts with small ids. */
  get size(): number {
    return this.#size;
  }

  /** Memory held, bytes. */
  get sizeBytes(): number {
    return this.#slots.byteLength;
  }

  /**
   * Looks for the text in `view` at `start`, `length` bytes, and leaves its id in {@link low} and {@link high}.
   * An empty text is always known and has id 0. Three further bytes of `view` must be readable.
   */
  find(view: DataView, start: number, length: number): boolean {
    if (length === 0) {
      this.low = 0;
      this.high = 0;
      return true;
    }
    hashText(view, start, length, this.#seed);
    const hashLow = textHash.low;
    const hashHigh = textHash.high;
    const slots = this.#slots;
    for (let at = (hashLow & this.#mask) << 2; ; at = (at + 4) & ((this.#mask << 2) | 3)) {
      const low = slots[at + 2] as number;
      const high = slots[at + 3] as number;
      if (low === 0 && high === 0) break;
      if (slots[at] === hashLow && slots[at + 1] === hashHigh) {
        this.low = low;
        this.high = high;
        return true;
      }
    }
    this.hashLow = hashLow;
    this.hashHigh = hashHigh;
    return false;
  }

  /**
   * Gives an id to the text that {@link find} has just missed.
   * True when the caller must write its row; false when the batch that is open holds it already.
   */
  add(): boolean {
    const { hashLow, hashHigh } = this;
    if (this.#size < this.#maxEntries) {
      const id = this.#nextId++;
      this.#insert(hashLow, hashHigh, id);
      this.low = id | 0;
      this.high = Math.floor(id / 2 ** 32) | 0;
      return true;
    }
    this.low = this.#narrow ? hashLow | 0x80000000 : hashLow;
    this.high = this.#narrow ? 0 : hashHigh | 0x80000000;
    const key = `${this.low}:${this.high}`;
    if (this.#overflowed.has(key)) return false;
    this.#overflowed.add(key);
    return true;
  }

  /** Finds or adds the text, valid UTF-8, and writes the row of a new one. */
  intern(view: DataView, start: number, length: number, batch: TextBatch): void {
    if (this.find(view, start, length) || !this.add()) return;
    batch.reserve(1);
    const row = batch.rows++;
    const { words, offset } = batch;
    words[(offset.id >> 2) + row * 2] = this.low;
    words[(offset.id >> 2) + row * 2 + 1] = this.high;
    words[(offset.hash >> 2) + row * 2] = this.hashLow;
    words[(offset.hash >> 2) + row * 2 + 1] = this.hashHigh;
    writeText(batch, offset.text, row, view, start, length);
  }

  /** Tells the dictionary that a new batch is open, so that overflowing texts are written to it again. */
  startBatch(): void {
    this.#overflowed.clear();
  }

  #insert(hashLow: number, hashHigh: number, id: number): void {
    if ((this.#size + 1) * 10 > (this.#mask + 1) * 6) this.#grow();
    this.#size++;
    let slot = hashLow & this.#mask;
    while (this.#slots[(slot << 2) + 2] !== 0 || this.#slots[(slot << 2) + 3] !== 0)
      slot = (slot + 1) & this.#mask;
    this.#slots[slot << 2] = hashLow;
    this.#slots[(slot << 2) + 1] = hashHigh;
    this.#slots[(slot << 2) + 2] = id | 0;
    this.#slots[(slot << 2) + 3] = Math.floor(id / 2 ** 32) | 0;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 2] === 0 && old[at + 3] === 0) continue;
      let slot = (old[at] ?? 0) & this.#mask;
      while (this.#slots[(slot << 2) + 2] !== 0 || this.#slots[(slot << 2) + 3] !== 0)
        slot = (slot + 1) & this.#mask;
      this.#slots.set(old.subarray(at, at + 4), slot << 2);
    }
  }
}

/** Result of {@link hashText}: two words, because a returned pair would be an allocation per call. */
export const textHash: { low: number; high: number } = { low: 0, high: 0 };

/**
 * 64-bit keyed hash over 32-bit words, two multiply-rotate lanes with a mixed end (the shape of MurmurHash3), left in
 * {@link textHash}. Three bytes behind the text must be readable.
 */
export function hashText(view: DataView, start: number, length: number, seed: number): void {
  let a = seed ^ length;
  let b = Math.imul(seed, 0x9e3779b1) ^ length;
  const end = start + (length & ~3);
  let at = start;
  for (; at < end; at += 4) {
    const word = view.getInt32(at, true);
    a = Math.imul(a ^ Math.imul(word, 0xcc9e2d51), 0x1b873593);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b + word, 0x85ebca6b);
    b = ((b << 17) | (b >>> 15)) ^ a;
  }
  const rest = length & 3;
  if (rest > 0) {
    const word = view.getInt32(at, true) & ((1 << (rest * 8)) - 1);
    a = Math.imul(a ^ Math.imul(word, 0xcc9e2d51), 0x1b873593);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b + word, 0x85ebca6b);
    b = ((b << 17) | (b >>> 15)) ^ a;
  }
  textHash.low = mix(a ^ (b >>> 7));
  textHash.high = mix(b + Math.imul(a, 0xc2b2ae35));
}

const mix = (value: number): number => {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
};

/** Writes a text record for `row` of the text column at byte `offset`, copying long texts into the arena. */
export function writeText(
  batch: ColumnBatch,
  offset: number,
  row: number,
  view: DataView,
  start: number,
  length: number,
): void {
  const at = (offset >> 2) + row * 4;
  const { words } = batch;
  words[at] = length;
  if (length <= INLINE_TEXT_BYTES) {
    words[at + 1] = 0;
    words[at + 2] = 0;
    words[at + 3] = 0;
    const byteAt = at * 4 + 4;
    for (let i = 0; i < length; i++) batch.bytes[byteAt + i] = view.getUint8(start + i);
    return;
  }
  batch.reserveArena(length + 8);
  words[at + 1] = view.getInt32(start, true);
  words[at + 2] = batch.arenaBytes;
  words[at + 3] = 0;
  batch.arena.set(new Uint8Array(view.buffer, view.byteOffset + start, length), batch.arenaBytes);
  batch.arenaBytes += length;
}
