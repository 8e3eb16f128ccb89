/** The body being decoded and a scratch area beside it, one address space for texts. */

/** Readable bytes that every body must have behind its end: word loops and varints look that far ahead. */
export const BODY_SLACK_BYTES = 16;

const NO_BUFFER: Buffer = Buffer.alloc(0);
const NO_VIEW = new DataView(new ArrayBuffer(BODY_SLACK_BYTES));

/**
 * A text is a start and a length. A start of 0 and above lies in the body; a negative one is `~offset` in the scratch
 * area, where unescaped, repaired and composed texts go. Scratch texts live until the next {@link open}.
 */
export class TextSource {
  view: DataView = NO_VIEW;
  bytes: Uint8Array = new Uint8Array(0);
  scratchView: DataView;
  scratch: Uint8Array<ArrayBuffer>;
  scratchEnd = 0;
  /** Both areas as buffers, made when a string is asked for first: one for each string would take longer than the string. */
  #bodyBuffer: Buffer = NO_BUFFER;
  #scratchBuffer: Buffer = NO_BUFFER;

  constructor() {
    this.scratch = new Uint8Array(4096);
    this.scratchView = new DataView(this.scratch.buffer);
  }

  /** Starts on a body that has {@link BODY_SLACK_BYTES} readable bytes behind it. */
  open(body: Uint8Array): void {
    this.bytes = body;
    this.view = new DataView(body.buffer, body.byteOffset, body.length + BODY_SLACK_BYTES);
    this.scratchEnd = 0;
    this.#bodyBuffer = NO_BUFFER;
  }

  /** Forgets the body, so that it can be collected. */
  close(): void {
    this.view = NO_VIEW;
    this.bytes = new Uint8Array(0);
    this.#bodyBuffer = NO_BUFFER;
    if (this.scratch.length > 1 << 20) {
      this.scratch = new Uint8Array(4096);
      this.scratchView = new DataView(this.scratch.buffer);
    }
  }

  /** Makes room for `more` further bytes of scratch text, slack included. */
  reserve(more: number): void {
    const needed = this.scratchEnd + more + BODY_SLACK_BYTES;
    if (needed <= this.scratch.length) return;
    const grown = new Uint8Array(Math.max(needed, this.scratch.length * 2));
    grown.set(this.scratch.subarray(0, this.scratchEnd));
    this.scratch = grown;
    this.scratchView = new DataView(grown.buffer);
  }

  /** Copies a text into the scratch area and returns its start. */
  keep(text: Uint8Array): number {
    this.reserve(text.length);
    const at = this.scratchEnd;
    this.scratch.set(text, at);
    this.scratchEnd = at + text.length;
    return ~at;
  }

  /** Copies the text at `start` to the end of the scratch area. */
  append(start: number, length: number): void {
    this.reserve(length);
    this.scratch.set(this.slice(start, length), this.scratchEnd);
    this.scratchEnd += length;
  }

  /** Bytes of a text; a view, not a copy. */
  slice(start: number, length: number): Uint8Array {
    return start < 0
      ? this.scratch.subarray(~start, ~start + length)
      : this.bytes.subarray(start, start + length);
  }

  /** The text at a place as a string, what is not valid in it replaced. */
  string(start: number, length: number): string {
    if (start < 0) {
      if (this.#scratchBuffer.buffer !== this.scratch.buffer)
        this.#scratchBuffer = asBuffer(this.scratch);
      return this.#scratchBuffer.toString('utf8', ~start, ~start + length);
    }
    if (this.#bodyBuffer === NO_BUFFER) this.#bodyBuffer = asBuffer(this.bytes);
    return this.#bodyBuffer.toString('utf8', start, start + length);
  }
}

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);
