/** Writes JSON text into the arena of a batch, in place: no string of the JavaScript heap in between. */
import { type ColumnBatch, MARK } from '@heartwood/store/batch';
import { ArenaNumbers } from './arena-numbers.ts';
import { escapeTo } from './json-escapes.ts';
import type { KeyTable } from '../key-table.ts';
import { firstByte, specialBits } from './plain-word.ts';
import { cutLength, repairUtf8 } from './utf8.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
/** The two digits of each byte, the first one in the lower byte. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) =>
  Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16LE(0),
);
const ELLIPSIS = Buffer.from('"…"');
const MAP_PREFIX = Buffer.from('{"$map":');

/**
 * Values are appended as they come.
 * Members of an object are written with a comma in front; {@link openObject} and {@link closeObject} mend the first.
 */
export class JsonText extends ArenaNumbers {
  /** What happened to texts on the way, bits of {@link MARK}; the caller resets it. */
  marks = 0;
  /** Longest value, bytes; what is beyond is cut. */
  valueBytes: number;

  constructor(valueBytes: number, recordBytes: number) {
    super(recordBytes);
    this.valueBytes = valueBytes;
  }

  /** Writes into this batch from now on; what was noticed before belongs to a record that was given up. */
  override open(batch: ColumnBatch): void {
    super.open(batch);
    this.marks = 0;
  }

  /** Turns `,"a":1,"b":2` written since `start` into an object. */
  closeObject(start: number): void {
    this.reserve(2);
    if (this.pos === start) this.arena[this.pos++] = 0x7b;
    else this.arena[start] = 0x7b;
    this.arena[this.pos++] = 0x7d;
  }

  /** Turns `,1,2` written since `start` into an array. */
  closeArray(start: number): void {
    this.reserve(2);
    if (this.pos === start) this.arena[this.pos++] = 0x5b;
    else this.arena[start] = 0x5b;
    this.arena[this.pos++] = 0x5d;
  }

  /** Starts a map; {@link closeMap} ends it. */
  openMap(): number {
    return this.pos;
  }

  /** Ends a map; one whose first key could be taken for a mark of ours is wrapped as `{"$map":{...}}`. */
  closeMap(start: number): void {
    this.closeObject(start);
    if (this.pos - start === 2 || this.arena[start + 2] !== 0x24) return;
    this.reserve(MAP_PREFIX.length + 1);
    this.arena.copyWithin(start + MAP_PREFIX.length, start, this.pos);
    this.arena.set(MAP_PREFIX, start);
    this.pos += MAP_PREFIX.length;
    this.arena[this.pos++] = 0x7d;
  }

  /** True when the value begun at `start` has grown beyond the limit; what follows of it is to be left out. */
  isTooLong(start: number): boolean {
    if (this.pos - start <= this.valueBytes) return false;
    this.marks |= MARK.TRUNCATED;
    return true;
  }

  /** Writes `,{"time":"…","name":"…"` of an event. */
  startEvent(low: number, high: number, name: DataView, start: number, length: number): void {
    this.raw(',{"time":');
    this.uintString(low, high);
    this.raw(',"name":');
    this.string(name, start, length);
  }

  /** Writes `,{"traceId":"…","spanId":"…"` of a link. */
  startLink(trace: DataView, traceAt: number, span: DataView, spanAt: number): void {
    this.raw(',{"traceId":');
    this.hex(trace, traceAt, 16);
    this.raw(',"spanId":');
    this.hex(span, spanAt, 8);
  }

  /** Ends an event, link, resource or scope. */
  endItem(dropped: number): void {
    if (dropped !== 0) {
      this.raw(',"droppedAttributes":');
      this.uint(dropped, 0);
    }
    this.raw('}');
  }

  comma(): void {
    this.reserve(1);
    this.arena[this.pos++] = COMMA;
  }

  /** Writes `,"key":` of a key that is known. */
  key(keys: KeyTable, entry: number): void {
    this.marks |= keys.marks[entry] as number;
    const rendered = keys.rendered[entry] as Int32Array;
    const length = keys.renderedBytes[entry] as number;
    this.reserve(length);
    const view = this.view;
    let to = this.pos;
    for (let i = 0; i < rendered.length; i++, to += 4)
      view.setInt32(to, rendered[i] as number, true);
    this.pos += length;
  }

  /** Writes `,"key":` of a key that is read from outside. */
  member(view: DataView, start: number, length: number): void {
    this.comma();
    this.string(view, start, length);
    this.reserve(1);
    this.arena[this.pos++] = 0x3a;
  }

  /** Writes `"…"` in place of a value that lies too deep. */
  ellipsis(): void {
    this.marks |= MARK.TRUNCATED;
    this.reserve(ELLIPSIS.length);
    this.arena.set(ELLIPSIS, this.pos);
    this.pos += ELLIPSIS.length;
  }

  /** Writes a string value; three bytes behind the text must be readable. */
  string(view: DataView, start: number, length: number): void {
    if (length > this.valueBytes) {
      length = cutLength(view, start, this.valueBytes);
      this.marks |= MARK.TRUNCATED;
    }
    this.reserve(length + 6);
    const out = this.view;
    let to = this.pos;
    out.setUint8(to++, QUOTE);
    let at = start;
    for (const end = start + (length & ~3); at < end; at += 4, to += 4) {
      const word = view.getInt32(at, true);
      if (specialBits(word) !== 0) {
        this.#escaped(view, start, length);
        return;
      }
      out.setInt32(to, word, true);
    }
    const rest = length & 3;
    if (rest !== 0) {
      const mask = (1 << (rest * 8)) - 1;
      const word = view.getInt32(at, true);
      if (specialBits((word & mask) | (0x20202020 & ~mask)) !== 0) {
        this.#escaped(view, start, length);
        return;
      }
      out.setInt32(to, word, true);
      to += rest;
    }
    out.setUint8(to++, QUOTE);
    this.pos = to;
  }

  /**
   * Copies a JSON string from its opening quote at `start` as it stands and returns the place behind its closing one;
   * -1, and nothing written, when it holds anything but plain ASCII, is longer than a value may be, or reaches `end`.
   */
  copyString(view: DataView, start: number, end: number): number {
    this.reserve(64);
    const out = this.view;
    const from = start + 1;
    const last = Math.min(end, from + this.arena.length - this.pos - 16);
    let to = this.pos;
    out.setUint8(to++, QUOTE);
    for (let at = from; at < last; at += 4, to += 4) {
      const word = view.getInt32(at, true);
      out.setInt32(to, word, true);
      const bits = specialBits(word);
      if (bits === 0) continue;
      const more = firstByte(bits);
      const close = at + more;
      if (close >= end || close - from > this.valueBytes || view.getUint8(close) !== QUOTE)
        return -1;
      this.pos = to + more + 1;
      return close + 1;
    }
    return -1;
  }

  #escaped(view: DataView, start: number, length: number): void {
    const given = new Uint8Array(view.buffer, view.byteOffset + start, length);
    const text = repairUtf8(given);
    if (text !== given) this.marks |= MARK.SANITIZED;
    this.reserve(text.length * 6 + 2);
    this.pos = escapeTo(this.arena, this.pos, text);
  }

  /** Writes `{"$bytes":"<base64>"}`. */
  bytes(view: DataView, start: number, length: number): void {
    let kept = length;
    if (kept > this.valueBytes) {
      kept = this.valueBytes;
      this.marks |= MARK.TRUNCATED;
    }
    this.raw('{"$bytes":"');
    this.raw(
      Buffer.from(view.buffer as ArrayBuffer, view.byteOffset + start, kept).toString('base64'),
    );
    this.raw('"}');
  }

  /** Writes a string of hexadecimal digits. */
  hex(view: DataView, start: number, length: number): void {
    this.reserve(length * 2 + 2);
    const out = this.view;
    let to = this.pos;
    out.setUint8(to++, QUOTE);
    for (let i = 0; i < length; i++, to += 2)
      out.setUint16(to, HEX_PAIRS[view.getUint8(start + i)] as number, true);
    out.setUint8(to++, QUOTE);
    this.pos = to;
  }
}
