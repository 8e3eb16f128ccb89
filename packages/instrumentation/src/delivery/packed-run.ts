/** Spans as they wait: what many of them say in the same words is kept once, and put in when a request is made. */
import { SpanStatusCode } from '@opentelemetry/api';
import { BytesWriter, LENGTH } from '../otlp/bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { writeSpan } from '../otlp/span.ts';

/** What goes first when there is too little room: 0 a plain success, 1 one that began a trace, 2 a failure. */
export type Keep = 0 | 1 | 2;

/** A finished run in three parts, which one after the other are the fields of an OTLP `Span`. */
export interface FinishedRun {
  readonly resource: ResourceLike;
  readonly scope: ScopeLike;
  /** What the runs of an actor share, and what the runs of a feature share. Never changed. */
  readonly actorTemplate: Uint8Array;
  readonly template: Uint8Array;
  /** A plain success unless said. */
  readonly keep?: Keep;
  /** Writes what is this run's own. */
  writeOwn(out: BytesWriter): void;
  /** The whole span, for the case that it has to be shortened. */
  toReadable(): ReadableSpanLike;
}

/** Entries one after the other: a word with the importance and the length, one with the numbers of two templates, then the own bytes. */
export class PackedSpans {
  /** Entries that are left, and how many of them are how important. */
  count = 0;
  readonly counts: [number, number, number] = [0, 0, 0];
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
    return this.#close(start, 0, maxBytes, keepOf(span));
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
    const size = this.#close(start, shared + LONGEST_PREFIX, maxBytes, run.keep ?? 0);
    return size === 0 ? this.add(run.toReadable(), maxBytes) : size;
  }

  /** How important the oldest entry is. */
  get oldestKeep(): Keep {
    return this.#keepAt(this.#first);
  }

  /** Drops the oldest entry and gives the bytes that it took. */
  dropOldest(): number {
    const size = HEAD + this.#sizeAt(this.#first);
    this.counts[this.oldestKeep] -= 1;
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
    const keep = this.#keepAt(at);
    target.#bytes.raw(this.#bytes.view(at + HEAD).subarray(0, this.#sizeAt(at)));
    this.dropOldest();
    target.#close(start, sent - (target.#bytes.length - start - HEAD), Infinity, keep);
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
      const size = this.#sizeAt(at);
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

  #close(start: number, shared: number, maxBytes: number, keep: Keep): number {
    const own = this.#bytes.length - start - HEAD;
    if (own + shared > maxBytes) {
      this.#bytes.truncate(start);
      return 0;
    }
    this.#bytes.setWord(start, (keep << KEEP_SHIFT) | own);
    this.counts[keep] += 1;
    this.count += 1;
    this.heldBytes += HEAD + own;
    this.sentBytes += own + shared;
    return HEAD + own;
  }

  #sentSize(at: number): number {
    const own = this.#sizeAt(at);
    const numbers = this.#bytes.wordAt(at + 4);
    if (numbers === WHOLE) return own;
    const shared = this.#template(numbers >>> 16).length + this.#template(numbers & 0xffff).length;
    return own + shared + LONGEST_PREFIX;
  }

  #sizeAt(at: number): number {
    return this.#bytes.wordAt(at) & SIZE_MASK;
  }

  #keepAt(at: number): Keep {
    return (this.#bytes.wordAt(at) >>> KEEP_SHIFT) as Keep;
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

function keepOf({ status, parentSpanContext }: ReadableSpanLike): Keep {
  if (status.code === SpanStatusCode.ERROR) return 2;
  return parentSpanContext?.spanId ? 0 : 1;
}

// The word of the length has two bits to spare.
const KEEP_SHIFT = 30;
const SIZE_MASK = 0x3fff_ffff;
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
