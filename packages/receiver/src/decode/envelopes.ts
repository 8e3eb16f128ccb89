/** Resources and scopes: each distinct one is a row once, whatever bytes it came in. */
import {
  type ColumnBatch,
  type Dictionary,
  hashText,
  type RESOURCES,
  type SCOPES,
  textHash,
} from '@heartwood/store/batch';
import type { JsonText } from './text/json-text.ts';
import { NO_RESOURCE_FACTS, type ResourceFacts } from './process-facts.ts';
import type { TextSource } from './text/text-source.ts';

/** Entries after which the cache of raw forms starts anew. */
const MAX_CACHED = 4096;
/** Longest raw form that is kept, bytes: with the above at most 64 MiB, with ordinary senders some hundred KiB. */
const MAX_RAW_BYTES = 16 * 1024;

interface Cached {
  readonly raw: Uint8Array;
  readonly id: number;
  readonly serviceLow: number;
  readonly serviceHigh: number;
  readonly facts: ResourceFacts;
}

/** Where an envelope and its schema URL lie in the body; a length of 0 where one is missing. */
export interface RawEnvelope {
  start: number;
  length: number;
  schemaStart: number;
  schemaLength: number;
}

/** Finds the id of an envelope by its bytes as received, else by the content that `write` makes of it. */
export class Envelopes {
  /** Id found last, and the service that its resource names. */
  id = 0;
  serviceLow = 0;
  serviceHigh = 0;
  /** What that resource says of its process. */
  facts: ResourceFacts = NO_RESOURCE_FACTS;
  readonly #dictionary: Dictionary;
  readonly #source: TextSource;
  readonly #cache = new Map<number, Cached>();

  constructor(dictionary: Dictionary, source: TextSource) {
    this.#dictionary = dictionary;
    this.#source = source;
  }

  /** True when these bytes were met before, in this request or an earlier one; `kind` parts encodings and levels. */
  known(raw: RawEnvelope, kind: number): boolean {
    const cached = this.#cache.get(this.#key(raw, kind));
    if (cached === undefined || !this.#isSame(cached.raw, raw)) return false;
    this.id = cached.id;
    this.serviceLow = cached.serviceLow;
    this.serviceHigh = cached.serviceHigh;
    this.facts = cached.facts;
    return true;
  }

  /** Keeps what was found for these bytes. */
  remember(raw: RawEnvelope, kind: number): void {
    const bytes = raw.length + raw.schemaLength;
    // A long one costs more to keep than to read again.
    if (bytes > MAX_RAW_BYTES) return;
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(this.#key(raw, kind), {
      raw: Buffer.concat([
        this.#source.slice(raw.start, raw.length),
        this.#source.slice(raw.schemaStart, raw.schemaLength),
      ]),
      id: this.id,
      serviceLow: this.serviceLow,
      serviceHigh: this.serviceHigh,
      facts: this.facts,
    });
  }

  /** Ids the content written to `text` since `start`; a new one becomes a row of `rows`. */
  resolve(
    rows: ColumnBatch<typeof RESOURCES> | ColumnBatch<typeof SCOPES>,
    text: JsonText,
    start: number,
  ): void {
    text.reserve(4);
    const length = text.pos - start;
    const isKnown = this.#dictionary.find(rows.arenaView, start, length);
    if (isKnown || !this.#dictionary.add()) {
      text.rewind(start);
    } else {
      rows.reserve(1);
      const row = rows.rows++;
      rows.words[(rows.offset.id >> 2) + row] = this.#dictionary.low;
      rows.words[(rows.offset.hash >> 2) + row * 2] = this.#dictionary.hashLow;
      rows.words[(rows.offset.hash >> 2) + row * 2 + 1] = this.#dictionary.hashHigh;
      if ('service_id' in rows.offset) {
        const at = (rows.offset.service_id >> 2) + row * 2;
        rows.words[at] = this.serviceLow;
        rows.words[at + 1] = this.serviceHigh;
      }
      text.take(start, rows.offset.content, row);
    }
    this.id = this.#dictionary.low;
  }

  #key(raw: RawEnvelope, kind: number): number {
    this.#hash(raw.start, raw.length, kind);
    const { low } = textHash;
    this.#hash(raw.schemaStart, raw.schemaLength, low);
    return (textHash.high & 0xfffff) * 0x100000000 + (textHash.low >>> 0);
  }

  #hash(start: number, length: number, seed: number): void {
    if (start < 0) hashText(this.#source.scratchView, ~start, length, seed);
    else hashText(this.#source.view, start, length, seed);
  }

  #isSame(bytes: Uint8Array, raw: RawEnvelope): boolean {
    return (
      bytes.length === raw.length + raw.schemaLength &&
      Buffer.compare(bytes.subarray(0, raw.length), this.#source.slice(raw.start, raw.length)) ===
        0 &&
      Buffer.compare(
        bytes.subarray(raw.length),
        this.#source.slice(raw.schemaStart, raw.schemaLength),
      ) === 0
    );
  }
}
