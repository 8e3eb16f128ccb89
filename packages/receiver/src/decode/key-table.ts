/** Attribute keys that were seen: each with its JSON form ready to copy, and whether it means something to us. */
import { hashText, MARK, textHash } from '@heartwood/store/batch';
import { type JsonWords, jsonWords } from './json/words.ts';
import { cutLength, repairUtf8 } from './text/utf8.ts';

/** Entries and bytes after which the table starts anew, at the next record: keys from outside are without number. */
const MAX_ENTRIES = 8192;
const MAX_BYTES = 1 << 20;

/** Keys are compared by their bytes as received; an entry is a number, its facts stand in parallel arrays. */
export class KeyTable {
  /** `,"key":` as words, zero padded. */
  readonly rendered: Int32Array[] = [];
  readonly renderedBytes: number[] = [];
  /** See {@link opening}; made when it is asked for first. */
  readonly #openings: (JsonWords | null | undefined)[] = [];
  /** Bits of {@link MARK}: what was done to the key. */
  readonly marks: number[] = [];
  /** Number of the key in the list given to the constructor, counted from 1; 0 for every other key. */
  readonly known: number[] = [];
  /** Record that used the key last; see {@link isRepeated}. */
  readonly #lastRecord: number[] = [];
  /** Bytes of all keys as words, zero padded, one key behind the other. */
  #words: Int32Array = new Int32Array(1024);
  #wordsEnd = 0;
  readonly #firstWord: number[] = [];
  readonly #bytes: number[] = [];
  readonly #byHash = new Map<number, number>();
  readonly #nameBytes: number;
  readonly #names: readonly string[];
  #size = 0;
  #sizeBytes = 0;

  /**
   * @param names keys that mean something, in the order of their numbers
   * @param nameBytes longest key, bytes; longer ones are cut
   */
  constructor(names: readonly string[], nameBytes: number) {
    this.#names = names;
    this.#nameBytes = nameBytes;
    this.#fill();
  }

  /** True when entry `entry` is the key at `start`; three bytes behind the key must be readable. */
  matches(entry: number, view: DataView, start: number, length: number): boolean {
    if (this.#bytes[entry] !== length) return false;
    const words = this.#words;
    let word = this.#firstWord[entry] as number;
    const end = start + (length & ~3);
    let at = start;
    for (; at < end; at += 4, word++) if (words[word] !== view.getInt32(at, true)) return false;
    const rest = length & 3;
    return rest === 0 || words[word] === (view.getInt32(at, true) & ((1 << (rest * 8)) - 1));
  }

  /** Entry of the key at `start`, made when it is new. */
  find(view: DataView, start: number, length: number): number {
    hashText(view, start, length, 0x51ed270b);
    let slot = (textHash.high & 0xfffff) * 0x100000000 + (textHash.low >>> 0);
    for (;;) {
      const entry = this.#byHash.get(slot);
      if (entry === undefined) break;
      if (this.matches(entry, view, start, length)) return entry;
      slot++;
    }
    return this.#add(
      new Uint8Array(view.buffer.slice(view.byteOffset + start, view.byteOffset + start + length)),
      slot,
      0,
    );
  }

  /** `{"key":"…","value":{"` of entry `entry`; null when the key is not ASCII that stands in JSON as it is. */
  opening(entry: number): JsonWords | null {
    const opening = this.#openings[entry];
    return opening === undefined ? this.#addOpening(entry) : opening;
  }

  /** Notes that the record uses the key; true when it has done so before. */
  isRepeated(entry: number, record: number): boolean {
    if (this.#lastRecord[entry] === record) return true;
    this.#lastRecord[entry] = record;
    return false;
  }

  /** Called between records: starts anew when there are too many keys. True when entries found before are void. */
  trim(): boolean {
    if (this.#size <= MAX_ENTRIES && this.#sizeBytes <= MAX_BYTES) return false;
    this.#fill();
    return true;
  }

  #fill(): void {
    this.#byHash.clear();
    this.#size = 0;
    this.#sizeBytes = 0;
    this.#wordsEnd = 0;
    for (const list of [
      this.rendered,
      this.renderedBytes,
      this.#openings,
      this.marks,
      this.known,
      this.#lastRecord,
      this.#firstWord,
      this.#bytes,
    ])
      list.length = 0;
    for (const [index, name] of this.#names.entries()) {
      const bytes = Buffer.from(`${name}\0\0\0\0`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      this.known[this.find(view, 0, bytes.length - 4)] = index + 1;
    }
  }

  #add(key: Uint8Array, slot: number, known: number): number {
    const entry = this.#size++;
    let marks = 0;
    let kept = key;
    if (key.length > this.#nameBytes) {
      kept = key.subarray(
        0,
        cutLength(new DataView(key.buffer, key.byteOffset), 0, this.#nameBytes),
      );
      marks |= MARK.TRUNCATED;
    }
    const text = repairUtf8(kept);
    if (text !== kept) marks |= MARK.SANITIZED;
    const rendered = Buffer.from(`,${JSON.stringify(Buffer.from(text).toString())}:`);
    this.rendered[entry] = toWords(rendered);
    this.renderedBytes[entry] = rendered.length;
    this.#openings[entry] = undefined;
    this.marks[entry] = marks;
    this.known[entry] = known;
    this.#lastRecord[entry] = -1;
    this.#keepWords(entry, toWords(key));
    this.#bytes[entry] = key.length;
    this.#byHash.set(slot, entry);
    this.#sizeBytes += key.length + rendered.length;
    return entry;
  }

  #addOpening(entry: number): JsonWords | null {
    const from = (this.#firstWord[entry] as number) * 4;
    const key = Buffer.from(this.#words.buffer, from, this.#bytes[entry]).toString('latin1');
    const opening = PLAIN_KEY.test(key) ? jsonWords(`{"key":"${key}","value":{"`) : null;
    this.#openings[entry] = opening;
    return opening;
  }

  #keepWords(entry: number, words: Int32Array): void {
    const needed = this.#wordsEnd + words.length;
    if (needed > this.#words.length) {
      const grown = new Int32Array(Math.max(needed, this.#words.length * 2));
      grown.set(this.#words.subarray(0, this.#wordsEnd));
      this.#words = grown;
    }
    this.#words.set(words, this.#wordsEnd);
    this.#firstWord[entry] = this.#wordsEnd;
    this.#wordsEnd = needed;
  }
}

/** Printable ASCII but for the quote and the backslash, and not too long for the table to hold twice. */
const PLAIN_KEY = /^[ !#-[\]-~]{1,256}$/;

/** Bytes as little-endian words, the last one zero padded. */
function toWords(bytes: Uint8Array): Int32Array {
  const padded = new Uint8Array((bytes.length + 3) & ~3);
  padded.set(bytes);
  return new Int32Array(padded.buffer);
}
