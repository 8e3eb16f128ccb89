/** Spans as they wait: what many of them say in the same words is kept once, and put in when a request is made. */
import { BytesWriter, LENGTH } from '../otlp/bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { writeSpan } from '../otlp/span.ts';

/** A finished run in three parts, which one after the other are the fields of an OTLP `Span`. */
export interface FinishedRun {
  readonly resource: ResourceLike;
  readonly scope: ScopeLike;
  /** What the runs of an actor share, and what the runs of a feature share. Never changed. */
  readonly actorTemplate: Uint8Array;
  readonly template: Uint8Array;
  /** Writes what is this run's own. */
  writeOwn(out: BytesWriter): void;
  /** The whole span, for the case that it has to be shortened. */
  toReadable(): ReadableSpanLike;
}

/** Entries one after the other: a word with the length, one with the numbers of two templates, then the own bytes. */
export class PackedSpans {
  /** Entries that are left. */
  count = 0;
  /** Bytes that are held, templates not counted: they are shared with other batches. */
  heldBytes = 0;
  /** Bytes of the entries in a request. */
  sentBytes = 0;
  readonly #bytes = new BytesWriter();
  readonly #templates: Uint8Array[] = [NOTHING];
  #first = 0;

  /** Adds a span and gives the bytes it takes here; 0 when even its short form takes more than `maxBytes` in a request. */
  add(span: ReadableSpanLike, maxBytes: number): number {
    const start = this.#open(WHOLE);
    try {
      writeSpan(this.#bytes, span);
      if (this.#bytes.length - start - HEAD > maxBytes) {
        this.#bytes.truncate(start + HEAD);
        writeSpan(this.#bytes, span, true);
      }
    } catch (error) {
      this.#bytes.truncate(start);
      throw error;
    }
    return this.#close(start, 0, maxBytes);
  }

  /** The same for a run that comes in parts. */
  addRun(run: FinishedRun, maxBytes: number): number {
    if (this.#templates.length >= MOST_TEMPLATES) return this.add(run.toReadable(), maxBytes);
    const { actorTemplate, template } = run;
    const numbers = this.#numberOf(actorTemplate) * 0x10000 + this.#numberOf(template);
    const start = this.#open(numbers);
    try {
      run.writeOwn(this.#bytes);
    } catch (error) {
      this.#bytes.truncate(start);
      throw error;
    }
    const shared = actorTemplate.length + template.length;
    const size = this.#close(start, shared + LONGEST_PREFIX, maxBytes);
    return size === 0 ? this.add(run.toReadable(), maxBytes) : size;
  }

  /** Drops the oldest entry and gives the bytes that it took. */
  dropOldest(): number {
    const size = HEAD + this.#bytes.wordAt(this.#first);
    this.sentBytes -= this.#sentSize(this.#first);
    this.#first += size;
    this.count -= 1;
    this.heldBytes -= size;
    return size;
  }

  /** Moves the oldest entry to others. */
  moveOldest(target: PackedSpans): void {
    const at = this.#first;
    const numbers = this.#bytes.wordAt(at + 4);
    const moved =
      numbers === WHOLE
        ? WHOLE
        : target.#numberOf(this.#template(numbers >>> 16)) * 0x10000 +
          target.#numberOf(this.#template(numbers & 0xffff));
    const start = target.#open(moved);
    const sent = this.#sentSize(at);
    target.#bytes.raw(this.#bytes.view(at + HEAD).subarray(0, this.#bytes.wordAt(at)));
    this.dropOldest();
    target.#close(start, sent - (target.#bytes.length - start - HEAD), Infinity);
  }

  /** No more is added: gives back room that was kept for more. */
  trim(): void {
    this.#bytes.trim();
  }

  /** Writes all entries as field `spans` of ScopeSpans. */
  writeTo(out: BytesWriter): void {
    const source = this.#bytes.view();
    const end = this.#bytes.length;
    for (let at = this.#first; at < end;) {
      const size = this.#bytes.wordAt(at);
      const numbers = this.#bytes.wordAt(at + 4);
      const from = at + HEAD;
      at = from + size;
      if (numbers !== WHOLE) {
        const actor = this.#template(numbers >>> 16);
        const template = this.#template(numbers & 0xffff);
        out.tag(SCOPE_SPANS_SPANS, LENGTH);
        out.varint(actor.length + template.length + size);
        out.raw(actor);
        out.raw(template);
      }
      out.copy(source, from, at);
    }
  }

  #open(numbers: number): number {
    const start = this.#bytes.length;
    this.#bytes.word(0);
    this.#bytes.word(numbers);
    return start;
  }

  #close(start: number, shared: number, maxBytes: number): number {
    const own = this.#bytes.length - start - HEAD;
    if (own + shared > maxBytes) {
      this.#bytes.truncate(start);
      return 0;
    }
    this.#bytes.setWord(start, own);
    this.count += 1;
    this.heldBytes += HEAD + own;
    this.sentBytes += own + shared;
    return HEAD + own;
  }

  #sentSize(at: number): number {
    const own = this.#bytes.wordAt(at);
    const numbers = this.#bytes.wordAt(at + 4);
    if (numbers === WHOLE) return own;
    const shared = this.#template(numbers >>> 16).length + this.#template(numbers & 0xffff).length;
    return own + shared + LONGEST_PREFIX;
  }

  #template(number: number): Uint8Array {
    return this.#templates[number] ?? NOTHING;
  }

  #numberOf(template: Uint8Array): number {
    // From the end: runs of one feature come in a row, and a batch has a few templates.
    const known = this.#templates.lastIndexOf(template);
    return known >= 0 ? known : this.#templates.push(template) - 1;
  }
}

/** Field `spans` of ScopeSpans. */
const SCOPE_SPANS_SPANS = 2;
/** Bytes in front of an entry. */
const HEAD = 8;
/** In the place of the numbers of templates: the bytes are a whole span, tag and length included. */
const WHOLE = -1;
/** Tag and length of a span: a byte, and at most four for what fits into a request. */
const LONGEST_PREFIX = 5;
/** Their numbers have 16 bits, and the highest are those of WHOLE. */
const MOST_TEMPLATES = 0xfff0;
const NOTHING = new Uint8Array();
