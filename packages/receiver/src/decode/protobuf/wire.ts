/** Protobuf primitives over a body: varints, lengths, and skipping what is not known. */
import { malformed } from '../../errors.ts';

const NO_VIEW = new DataView(new ArrayBuffer(0));

/**
 * Reads at {@link pos}. Reads run up to ten bytes past an end before it is noticed, so the body needs that much slack.
 * Every violation throws `OTLP_MALFORMED`.
 */
export class WireReader {
  view: DataView = NO_VIEW;
  pos = 0;
  /** The 64-bit value read last by {@link varint64} or {@link fixed64}. */
  low = 0;
  high = 0;

  open(view: DataView): void {
    this.view = view;
    this.pos = 0;
  }

  fail(reason: string): never {
    throw malformed('protobuf', reason, this.pos);
  }

  /** Reads a varint and returns its low 32 bits. */
  varint(): number {
    const { view } = this;
    let { pos } = this;
    let byte = view.getUint8(pos++);
    if (byte < 0x80) {
      this.pos = pos;
      return byte;
    }
    let value = byte & 0x7f;
    byte = view.getUint8(pos++);
    value |= (byte & 0x7f) << 7;
    if (byte < 0x80) {
      this.pos = pos;
      return value;
    }
    this.varint64();
    return this.low;
  }

  /** Reads a varint into {@link low} and {@link high}. */
  varint64(): void {
    const { view } = this;
    let { pos } = this;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = view.getUint8(pos++);
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.pos = pos;
        this.low = low;
        this.high = high;
        return;
      }
    }
    this.fail('a varint is longer than 10 bytes');
  }

  /** Reads a length that must fit before `end`. */
  length(end: number): number {
    const { view } = this;
    const { pos } = this;
    const byte = view.getUint8(pos);
    let length = byte;
    if (byte < 0x80) {
      this.pos = pos + 1;
    } else {
      this.varint64();
      if (this.high !== 0 || this.low < 0) this.fail('a length is out of range');
      length = this.low;
    }
    if (length > end - this.pos) this.fail('a length reaches past its message');
    return length;
  }

  fixed64(): void {
    const { view, pos } = this;
    this.low = view.getInt32(pos, true);
    this.high = view.getInt32(pos + 4, true);
    this.pos = pos + 8;
  }

  fixed32(): number {
    const value = this.view.getInt32(this.pos, true);
    this.pos += 4;
    return value;
  }

  /**
   * Skips the field whose tag was read. Fields numbered up to `lastKnown` belong to the message: coming here, they
   * have the wrong wire type.
   */
  skip(tag: number, end: number, lastKnown: number): void {
    const field = tag >>> 3;
    if (field === 0) this.fail('field number 0');
    if (field <= lastKnown) this.fail(`field ${field} has wire type ${tag & 7}`);
    this.#skipValue(tag, end);
    if (this.pos > end) this.fail('a field reaches past its message');
  }

  #skipValue(tag: number, end: number): void {
    switch (tag & 7) {
      case 0:
        this.varint64();
        break;
      case 1:
        this.pos += 8;
        break;
      case 2: {
        const length = this.length(end);
        this.pos += length;
        break;
      }
      case 3:
        this.#skipGroup(tag >>> 3, end);
        break;
      case 5:
        this.pos += 4;
        break;
      default:
        this.fail(`wire type ${tag & 7}`);
    }
  }

  /** Groups may be nested without end, so open ones are kept in a list and not on the stack. */
  #skipGroup(field: number, end: number): void {
    const open = [field];
    while (open.length > 0) {
      if (this.pos >= end) this.fail('a group is not closed');
      if (open.length > MAX_GROUPS) this.fail(`more than ${MAX_GROUPS} groups in one another`);
      const tag = this.varint();
      if (tag >>> 3 === 0) this.fail('field number 0');
      if ((tag & 7) === 3) open.push(tag >>> 3);
      else if ((tag & 7) === 4) {
        if (open.pop() !== tag >>> 3) this.fail('a group is closed by another number');
      } else this.#skipValue(tag, end);
    }
  }
}

const MAX_GROUPS = 1000;
