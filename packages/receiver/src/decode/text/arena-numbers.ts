/** Writes numbers as text into the arena of a batch: 64-bit integers without a BigInt, doubles that read back as doubles. */
import { ArenaText } from './arena-text.ts';
import { doubleText } from './double-text.ts';

const QUOTE = 0x22;

export class ArenaNumbers extends ArenaText {
  /** The double written last and its text: counters and scores repeat. */
  #lastDouble = Number.NaN;
  #lastDoubleText = '';

  /** Writes plain ASCII as it stands. */
  raw(text: string): void {
    this.reserve(text.length);
    const out = this.arena;
    const to = this.pos;
    for (let i = 0; i < text.length; i++) out[to + i] = text.charCodeAt(i);
    this.pos = to + text.length;
  }

  /** Writes a signed 64-bit integer. */
  int(low: number, high: number): void {
    this.reserve(20);
    if (high === 0 && low >= 0 && low < 10) this.arena[this.pos++] = 0x30 + low;
    else if (high === low >> 31) this.#digits(low);
    else if (high >= 0) this.uint(low, high);
    else {
      this.arena[this.pos++] = 0x2d;
      this.uint(-low | 0, low === 0 ? -high | 0 : ~high);
    }
  }

  /** Writes an unsigned 64-bit integer. */
  uint(low: number, high: number): void {
    if (high === 0) {
      this.#digits(low >>> 0);
      return;
    }
    // Long division by a billion in 16-bit steps: no step exceeds 2^46, so all are exact, and there is no BigInt.
    let rest = high >>> 16;
    let billions = 0;
    for (let step = 0; step < 3; step++) {
      const next = step === 0 ? high & 0xffff : step === 1 ? low >>> 16 : low & 0xffff;
      const part = rest * 65_536 + next;
      const times = Math.floor(part / 1e9);
      billions = billions * 65_536 + times;
      rest = part - times * 1e9;
    }
    this.#digits(billions);
    const end = this.pos + 9;
    this.reserve(12);
    for (let at = end - 1; at >= this.pos; at--) {
      const tenth = Math.floor(rest / 10);
      this.arena[at] = 0x30 + (rest - tenth * 10);
      rest = tenth;
    }
    this.pos = end;
  }

  /** Writes an unsigned 64-bit integer as a string: how nanoseconds stand in JSON. */
  uintString(low: number, high: number): void {
    this.reserve(22);
    this.arena[this.pos++] = QUOTE;
    this.uint(low, high);
    this.arena[this.pos++] = QUOTE;
  }

  #digits(value: number): void {
    this.reserve(12);
    const out = this.arena;
    let to = this.pos;
    if (value < 0) out[to++] = 0x2d;
    let rest = Math.abs(value);
    let digits = 1;
    for (let limit = 10; rest >= limit; limit *= 10) digits++;
    this.pos = to + digits;
    let at = this.pos - 1;
    for (; rest > 0xffffffff; at--) {
      const tenth = Math.floor(rest / 10);
      out[at] = 0x30 + (rest - tenth * 10);
      rest = tenth;
    }
    // Words are divided by a multiplication, doubles are not.
    for (let word = rest >>> 0; at >= to; at--) {
      const tenth = (word / 10) >>> 0;
      out[at] = 0x30 + (word - tenth * 10);
      word = tenth;
    }
  }

  /** Writes a double: always with a point or an exponent, so that it reads back as a double; see {@link doubleText}. */
  double(value: number): void {
    if (!Object.is(value, this.#lastDouble)) {
      this.#lastDouble = value;
      this.#lastDoubleText = doubleText(value);
    } else if (this.#lastDoubleText === '') {
      this.#lastDoubleText = doubleText(value);
    }
    this.raw(this.#lastDoubleText);
  }
}
