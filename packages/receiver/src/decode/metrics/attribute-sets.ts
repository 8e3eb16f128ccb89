/** Attribute sets of data points: each distinct one is a row once, and a point holds its number. */
import type { OpenRequest } from '../open-request.ts';
import { MemberOrder } from '../text/member-order.ts';
import { RawCache } from '../raw-cache.ts';
import { RecordAttributes } from '../record-attributes.ts';

/**
 * A set is known by its bytes as received, else by the JSON text made of it. Members are ordered by key there, so the same
 * attributes in another order or encoding are the same set. No attributes at all are set 0, which has no row.
 */
export class AttributeSets {
  /** Number of the set at hand and what was noticed while it was read, bits of `MARK`. */
  low = 0;
  high = 0;
  marks = 0;
  /** Where the attributes of a set that is not known are read to. */
  readonly attributes: RecordAttributes;
  readonly #request: OpenRequest;
  readonly #cache: RawCache;
  readonly #order = new MemberOrder();
  #marksBefore = 0;

  constructor(request: OpenRequest) {
    this.#request = request;
    this.#cache = new RawCache(request.hashSeed);
    this.attributes = new RecordAttributes(request);
  }

  /** Starts on the request that is open. */
  begin(): void {
    this.attributes.text.open(this.#request.texts.attributeSets);
  }

  /** The point has no attributes. */
  clear(): void {
    this.low = 0;
    this.high = 0;
    this.marks = 0;
  }

  /** Looks for a set by its bytes; `kind` parts encodings. When it is not known, it is to be read between {@link open} and {@link close}. */
  find(view: DataView, start: number, length: number, kind: number): boolean {
    const cache = this.#cache;
    if (!cache.find(view, start, length, kind)) return false;
    // The bytes may be known, the attributes still count: whether a request is too large must not depend on earlier ones.
    this.#request.countAttributes(cache.count);
    this.low = cache.low;
    this.high = cache.high;
    this.marks = cache.marks;
    return true;
  }

  open(): void {
    const request = this.#request;
    this.#marksBefore = request.marks;
    request.marks = 0;
    request.known.mode = 'item';
    this.attributes.text.marks = 0;
    this.attributes.startRecord();
  }

  /** Numbers the set that was read and keeps it for its bytes. */
  close(view: DataView, start: number, length: number, kind: number): void {
    const request = this.#request;
    const { text, count } = this.attributes;
    request.known.mode = 'record';
    this.marks = request.marks | text.marks;
    request.marks = this.#marksBefore;
    text.marks = 0;
    if (count > 0) this.#resolve();
    else this.clear();
    const cache = this.#cache;
    cache.low = this.low;
    cache.high = this.high;
    cache.count = count;
    cache.marks = this.marks;
    cache.keep(view, start, length, kind);
  }

  #resolve(): void {
    const { text, start } = this.attributes;
    const { attributeSetNumbers: numbers, texts } = this.#request;
    const sets = texts.attributeSets;
    text.closeObject(start);
    text.reserve(4);
    this.#order.order(sets.arena, start, text.pos);
    if (numbers.find(sets.arenaView, start, text.pos - start) || !numbers.add()) {
      text.rewind(start);
    } else {
      sets.reserve(1);
      const row = sets.rows++;
      const { words, offset } = sets;
      words[(offset.id >> 2) + row * 2] = numbers.low;
      words[(offset.id >> 2) + row * 2 + 1] = numbers.high;
      words[(offset.hash >> 2) + row * 2] = numbers.hashLow;
      words[(offset.hash >> 2) + row * 2 + 1] = numbers.hashHigh;
      text.take(start, offset.content, row);
    }
    this.low = numbers.low;
    this.high = numbers.high;
  }
}
