/** Gives texts of a body their dictionary ids; what is not valid UTF-8 or too long is mended on the way. */
import { type Dictionary, MARK } from '@heartwood/store/batch';
import { BODY_SLACK_BYTES, type TextSource } from './text/text-source.ts';
import { cutLength, repairUtf8 } from './text/utf8.ts';

type TextBatch = Parameters<Dictionary['intern']>[3];

/** A text of our own, ready to be interned. */
export interface FixedText {
  readonly view: DataView;
  readonly length: number;
}

export const fixedText = (text: Uint8Array | string): FixedText => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const padded = new Uint8Array(bytes.length + BODY_SLACK_BYTES);
  padded.set(bytes);
  return { view: new DataView(padded.buffer), length: bytes.length };
};

/** Leaves the id of each text in `low` and `high`; 0 for an empty text. */
export class Interner {
  low = 0;
  high = 0;
  /** Bits of {@link MARK}: what was done to texts since the caller reset it. */
  marks = 0;
  readonly #dictionary: Dictionary;
  readonly #source: TextSource;
  readonly #nameBytes: number;

  constructor(dictionary: Dictionary, source: TextSource, nameBytes: number) {
    this.#dictionary = dictionary;
    this.#source = source;
    this.#nameBytes = nameBytes;
  }

  /** Interns a text of the source. */
  text(start: number, length: number, batch: TextBatch): void {
    const source = this.#source;
    const view = start < 0 ? source.scratchView : source.view;
    const from = start < 0 ? ~start : start;
    let kept = length;
    if (kept > this.#nameBytes) {
      kept = cutLength(view, from, this.#nameBytes);
      this.marks |= MARK.TRUNCATED;
    }
    // Invalid texts never get into the dictionary, so only what it does not know needs a check.
    if (!this.#dictionary.find(view, from, kept)) this.#new(start, kept, batch);
    this.low = this.#dictionary.low;
    this.high = this.#dictionary.high;
  }

  /** Interns a text of our own. */
  fixed(text: FixedText, batch: TextBatch): void {
    this.#dictionary.intern(text.view, 0, text.length, batch);
    this.low = this.#dictionary.low;
    this.high = this.#dictionary.high;
  }

  #new(start: number, length: number, batch: TextBatch): void {
    const source = this.#source;
    const given = source.slice(start, length);
    const text = repairUtf8(given);
    let from = start;
    if (text !== given) {
      this.marks |= MARK.SANITIZED;
      from = source.keep(text);
    }
    if (from < 0) this.#dictionary.intern(source.scratchView, ~from, text.length, batch);
    else this.#dictionary.intern(source.view, from, text.length, batch);
  }
}
