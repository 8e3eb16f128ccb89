/** Reads JSON (RFC 8259) from bytes, without making objects: texts are found, numbers keep all 64 bits. */
import { malformed } from '../../errors.ts';
import { unescape } from '../text/json-escapes.ts';
import { readAnyInteger } from './any-integer.ts';
import { isNumberByte, toNumber, toOddNumber } from './any-number.ts';
import { readPlainInteger } from './plain-integer.ts';
import { plainNumber, readPlainNumber } from './plain-number.ts';
import { endBits, firstByte } from '../text/plain-word.ts';
import type { TextSource } from '../text/text-source.ts';
import { isAt, type JsonWords } from './words.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** Deepest nesting of what is skipped or read. */
const MAX_DEPTH = 100_000;

const NO_BYTES = new Uint8Array(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

export class JsonScanner {
  pos = 0;
  /** The text read last by {@link string}. */
  start = 0;
  length = 0;
  /** The integer read last. */
  low = 0;
  high = 0;
  readonly source: TextSource;
  #bytes: Uint8Array = NO_BYTES;
  #view: DataView = NO_VIEW;
  #end = 0;

  constructor(source: TextSource) {
    this.source = source;
  }

  /** Starts on the body of the source, behind a byte order mark if there is one. */
  open(): void {
    this.#bytes = this.source.bytes;
    this.#view = this.source.view;
    this.#end = this.#bytes.length;
    this.pos =
      this.#bytes[0] === 0xef && this.#bytes[1] === 0xbb && this.#bytes[2] === 0xbf ? 3 : 0;
  }

  /** Forgets the body, so that it can be collected. */
  forget(): void {
    this.#bytes = NO_BYTES;
    this.#view = NO_VIEW;
  }

  fail(reason: string): never {
    throw malformed('JSON', reason, this.pos);
  }

  /** Skips white space and returns the byte that follows, -1 at the end. */
  peek(): number {
    const { pos } = this;
    if (pos < this.#end) {
      const byte = this.#bytes[pos] as number;
      if (byte > 0x20) return byte;
    }
    return this.#peekFar();
  }

  #peekFar(): number {
    for (; this.pos < this.#end; this.pos++) {
      const byte = this.#bytes[this.pos] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
    return -1;
  }

  expect(byte: number): void {
    if (this.peek() !== byte) this.fail(`"${String.fromCharCode(byte)}" expected`);
    this.pos++;
  }

  /** Ends the document: nothing but white space may follow. */
  close(): void {
    if (this.peek() !== -1) this.fail('something follows the document');
  }

  /** Reads `null` if it is there. */
  isNull(): boolean {
    if (this.peek() !== 0x6e) return false;
    this.#literal('null');
    return true;
  }

  /** Steps into an object; false for `null`, which stands for a message without fields. */
  openObject(): boolean {
    return this.#open(0x7b);
  }

  /** Steps into an array; false for `null`. */
  openArray(): boolean {
    return this.#open(0x5b);
  }

  #open(bracket: number): boolean {
    if (this.peek() === bracket) {
      this.pos++;
      return true;
    }
    if (!this.isNull()) this.expect(bracket);
    return false;
  }

  /**
   * Goes to the next element of an array or the next member's key, `close` being the closing bracket.
   * False when there is none. `isFirst` says that nothing has been read of it.
   */
  next(close: number, isFirst: boolean): boolean {
    const byte = this.peek();
    if (byte === COMMA && !isFirst) {
      this.pos++;
      if (this.peek() === close) this.fail('a value is missing behind ","');
      return true;
    }
    if (byte === close) {
      this.pos++;
      return false;
    }
    if (!isFirst) this.fail('"," expected');
    return true;
  }

  /** Reads `key` and, unless it is the first of its object, the comma in front; false, and nothing read, when something else comes. */
  member(key: JsonWords, isFirst: boolean): boolean {
    const view = this.#view;
    const at = isFirst ? this.pos : this.pos + 1;
    const next = at + key.length;
    if (next >= this.#end || (!isFirst && view.getUint8(at - 1) !== COMMA)) return false;
    if (!isAt(key, view, at)) return false;
    this.pos = next;
    return true;
  }

  /** Reads a string or `null`; null is an empty text. */
  text(): void {
    if (this.peek() === 0x6e) {
      this.#literal('null');
      this.start = 0;
      this.length = 0;
    } else this.string();
  }

  /** Reads a string into {@link start} and {@link length}: in the body as it stands, or unescaped in the scratch area. */
  string(): void {
    if (this.peek() !== QUOTE) this.fail('a string expected');
    const view = this.#view;
    const end = this.#end;
    const start = this.pos + 1;
    let at = start;
    let ends = endBits(view.getInt32(at, true));
    while (ends === 0) {
      at += 4;
      if (at >= end) this.fail('a string is not closed');
      ends = endBits(view.getInt32(at, true));
    }
    at += firstByte(ends);
    if (at >= end) this.fail('a string is not closed');
    const byte = view.getUint8(at);
    if (byte === QUOTE) {
      this.start = start;
      this.length = at - start;
      this.pos = at + 1;
    } else if (byte === BACKSLASH) {
      this.start = ~this.source.scratchEnd;
      this.pos = unescape(this.source, start, at, this);
      this.length = this.source.scratchEnd - ~this.start;
    } else {
      this.pos = at;
      this.fail('a control character in a string');
    }
  }

  /** Skips a value of any kind; nesting does not use the stack. */
  skip(): void {
    let depth = 0;
    const closers: number[] = [];
    for (;;) {
      const byte = this.peek();
      let isValueDone = true;
      if (byte === QUOTE) this.#skipString();
      else if (byte === 0x7b || byte === 0x5b) {
        this.pos++;
        if (++depth > MAX_DEPTH) this.fail(`more than ${MAX_DEPTH} levels`);
        const close = byte + 2;
        closers.push(close);
        if (this.peek() === close) {
          this.pos++;
          closers.pop();
          depth--;
        } else {
          if (close === 0x7d) this.#skipKey();
          isValueDone = false;
        }
      } else this.#skipScalar(byte);
      if (!isValueDone) continue;
      for (;;) {
        if (depth === 0) return;
        const close = closers[depth - 1] as number;
        const after = this.peek();
        if (after === 0x2c) {
          this.pos++;
          if (close === 0x7d) this.#skipKey();
          break;
        }
        if (after !== close) this.fail('"," or a closing bracket expected');
        this.pos++;
        closers.pop();
        depth--;
      }
    }
  }

  #skipString(): void {
    const { scratchEnd } = this.source;
    this.string();
    this.source.scratchEnd = scratchEnd;
  }

  #skipKey(): void {
    if (this.peek() !== QUOTE) this.fail('a key expected');
    this.#skipString();
    this.expect(0x3a);
  }

  #skipScalar(byte: number): void {
    if (byte === 0x74) this.#literal('true');
    else if (byte === 0x66) this.#literal('false');
    else if (byte === 0x6e) this.#literal('null');
    else this.double();
  }

  #literal(word: string): void {
    for (let i = 0; i < word.length; i++)
      if (this.#bytes[this.pos + i] !== word.charCodeAt(i)) this.fail('a value expected');
    this.pos += word.length;
  }

  bool(): boolean {
    const byte = this.peek();
    if (byte === 0x74) {
      this.#literal('true');
      return true;
    }
    if (byte === 0x66) this.#literal('false');
    else if (!this.isNull()) this.fail('true or false expected');
    return false;
  }

  /** Reads a signed or unsigned 64-bit integer, a number or a string of digits, into {@link low} and {@link high}. */
  integer(isSigned: boolean): void {
    if (readPlainInteger(this.#view, this.#end, this)) return;
    this.low = 0;
    this.high = 0;
    if (!this.isNull()) readAnyInteger(this.#bytes, this.#end, this, isSigned);
  }

  /** Reads an unsigned 32-bit integer. */
  uint32(): number {
    this.integer(false);
    if (this.high !== 0) this.fail('an integer does not fit 32 bits');
    return this.low;
  }

  /** Reads a double: a number, a number in a string, or one of the words that JSON has no number for. */
  double(): number {
    const byte = this.peek();
    if (byte === 0x6e) {
      this.#literal('null');
      return 0;
    }
    if (byte === QUOTE) {
      this.string();
      return toOddNumber(this.#latin(this.start, this.length)) ?? this.fail('a number expected');
    }
    const plain = readPlainNumber(this.#bytes, this.pos);
    if (!Number.isNaN(plain)) {
      this.pos = plainNumber.end;
      return plain;
    }
    let end = this.pos;
    while (end < this.#end && isNumberByte(this.#bytes[end] as number)) end++;
    const text = end - this.pos > 400 ? '' : this.#latin(this.pos, end - this.pos);
    const value = toNumber(text) ?? this.fail('a value expected');
    this.pos = end;
    return value;
  }

  #latin(start: number, length: number): string {
    const { buffer, byteOffset } = this.source.slice(start, length);
    return Buffer.from(buffer, byteOffset, length).toString('latin1');
  }
}
