/** Writes protobuf into one growing buffer; the wire format is https://protobuf.dev/programming-guides/encoding. */

/** Wire types. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

/** A protobuf writer. Fields are written in the order of the calls. */
export class BytesWriter {
  #buffer: Buffer;
  #end = 0;

  constructor(capacity = 1024) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#end;
  }

  /** The bytes written so far; valid until the next write. */
  view(from = 0): Uint8Array {
    return this.#buffer.subarray(from, this.#end);
  }

  /** Forgets all bytes after `length`. */
  truncate(length: number): void {
    this.#end = Math.min(this.#end, length);
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** An unsigned whole number below 2^53. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#end++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#end++] = rest;
  }

  /** A signed whole number of the int64 range, in the ten-byte form when negative. */
  int64(value: number): void {
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      this.varint(value);
      return;
    }
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#buffer[this.#end++] = Number(rest & 0x7fn) + 0x80;
      rest >>= 7n;
    }
    this.#buffer[this.#end++] = Number(rest);
  }

  double(value: number): void {
    this.#reserve(8);
    putDouble(this.#buffer, this.#end, value);
    this.#end += 8;
  }

  fixed32(value: number): void {
    this.#reserve(4);
    this.#end = this.#buffer.writeUInt32LE(value >>> 0, this.#end);
  }

  fixed64(low: number, high: number): void {
    this.#reserve(8);
    this.#end = this.#buffer.writeUInt32LE(low >>> 0, this.#end);
    this.#end = this.#buffer.writeUInt32LE(high >>> 0, this.#end);
  }

  /** A length-delimited text; halves of surrogate pairs become U+FFFD, so that the message stays valid UTF-8. */
  string(text: string): void {
    // Short texts: one byte of length is enough for certain (3 bytes at most per UTF-16 unit), no counting first.
    const { length } = text;
    if (length <= 42) {
      this.#reserve(1 + length * 3);
      const buffer = this.#buffer;
      const start = this.#end + 1;
      // Mostly ASCII: a loop takes a quarter of the time of a call out of JavaScript.
      for (let i = 0; i < length; i += 1) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) {
          const written = buffer.write(text, start, 'utf8');
          buffer[this.#end] = written;
          this.#end = start + written;
          return;
        }
        buffer[start + i] = unit;
      }
      buffer[this.#end] = length;
      this.#end = start + length;
      return;
    }
    const size = Buffer.byteLength(text);
    this.varint(size);
    this.#reserve(size);
    this.#end += this.#buffer.write(text, this.#end, 'utf8');
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#end);
    this.#end += value.length;
  }

  /** Bytes `from` to `to` of others, without a length. */
  copy(source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    this.#reserve(size);
    // Up to about here a loop is done before a view of the part would be made.
    if (size > 128) this.#buffer.set(source.subarray(from, to), this.#end);
    else {
      const buffer = this.#buffer;
      const end = this.#end;
      for (let i = 0; i < size; i += 1) buffer[end + i] = source[from + i] ?? 0;
    }
    this.#end += size;
  }

  /** The buffer, with room for `size` more bytes from {@link length} on: for what is written many times a run. */
  room(size: number): Uint8Array {
    this.#reserve(size);
    return this.#buffer;
  }

  /** Bytes were written into the room. */
  advance(size: number): void {
    this.#end += size;
  }

  /** A 32-bit number, most significant byte first: ids are kept in such parts. */
  word(value: number): void {
    this.#reserve(4);
    const buffer = this.#buffer;
    const end = this.#end;
    buffer[end] = value >>> 24;
    buffer[end + 1] = value >>> 16;
    buffer[end + 2] = value >>> 8;
    buffer[end + 3] = value;
    this.#end = end + 4;
  }

  /** The 32-bit number, most significant byte first, that stands at `at`. */
  wordAt(at: number): number {
    const buffer = this.#buffer;
    return (
      ((buffer[at] ?? 0) << 24) |
      ((buffer[at + 1] ?? 0) << 16) |
      ((buffer[at + 2] ?? 0) << 8) |
      (buffer[at + 3] ?? 0)
    );
  }

  /** Replaces the 32-bit number at `at`. */
  setWord(at: number, value: number): void {
    const buffer = this.#buffer;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
  }

  /** Gives back the room that was not needed. */
  trim(): void {
    const exact = Buffer.allocUnsafeSlow(this.#end);
    exact.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = exact;
  }

  /** A length-delimited id from its hexadecimal digits. */
  hex(digits: string): void {
    const size = digits.length >> 1;
    this.varint(size);
    this.#reserve(size);
    this.#end += this.#buffer.write(digits, this.#end, size, 'hex');
  }

  /** Opens an embedded message; give the answer to {@link close}. */
  open(): number {
    this.#reserve(1);
    return this.#end++;
  }

  /** Closes an embedded message: puts its length in front, moving it when the length needs more than one byte. */
  close(start: number): void {
    const size = this.#end - start - 1;
    if (size < 0x80) {
      this.#buffer[start] = size;
      return;
    }
    const extra = varintSize(size) - 1;
    this.#reserve(extra);
    this.#buffer.copyWithin(start + 1 + extra, start + 1, this.#end);
    const end = this.#end + extra;
    this.#end = start;
    this.varint(size);
    this.#end = end;
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + size));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }
}

/** A double, least significant byte first, without the checks that `writeDoubleLE` makes. */
export function putDouble(buffer: Uint8Array, at: number, value: number): void {
  DOUBLE.setFloat64(0, value, true);
  for (let i = 0; i < 8; i += 1) buffer[at + i] = DOUBLE_BYTES[i] ?? 0;
}

const DOUBLE_BYTES = new Uint8Array(8);
const DOUBLE = new DataView(DOUBLE_BYTES.buffer);

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}
