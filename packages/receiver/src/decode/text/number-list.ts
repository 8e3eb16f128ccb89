/** A list of 64-bit numbers of a record, integers or doubles, that is filled and emptied again and again. */
import type { JsonText } from './json-text.ts';

export class NumberList {
  /** Numbers that came; one more than the limit when there were too many, and those are not kept. */
  count = 0;
  /** Low and high word of each. */
  words: Int32Array;
  /** The same memory, for lists of doubles. */
  doubles: Float64Array;
  readonly #limit: number;

  /** @param limit how many numbers a list may have */
  constructor(limit: number) {
    this.#limit = limit;
    this.doubles = new Float64Array(32);
    this.words = new Int32Array(this.doubles.buffer);
  }

  get isTooLong(): boolean {
    return this.count > this.#limit;
  }

  add(low: number, high: number): void {
    const at = this.count * 2;
    if (this.count >= this.#limit) {
      this.count = this.#limit + 1;
      return;
    }
    if (at === this.words.length) this.#grow();
    this.words[at] = low;
    this.words[at + 1] = high;
    this.count++;
  }

  addDouble(value: number): void {
    this.add(0, 0);
    if (!this.isTooLong) this.doubles[this.count - 1] = value;
  }

  /** True when both hold the same bits. */
  equals({ count, words }: NumberList): boolean {
    if (count !== this.count) return false;
    const own = this.words;
    for (let i = 0; i < count * 2; i++) if (own[i] !== words[i]) return false;
    return true;
  }

  /** Takes the content of another list. */
  copy(list: NumberList): void {
    while (this.words.length < list.count * 2) this.#grow();
    this.words.set(list.words.subarray(0, list.count * 2));
    this.count = list.count;
  }

  #grow(): void {
    const grown = new Float64Array(this.doubles.length * 2);
    grown.set(this.doubles);
    this.doubles = grown;
    this.words = new Int32Array(grown.buffer);
  }
}

/** Writes the text of a `u64s` column: `[1,2]`. */
export function writeIntegers(out: JsonText, { count, words }: NumberList): void {
  const at = out.pos;
  for (let i = 0; i < count * 2; i += 2) {
    out.comma();
    out.uint(words[i] as number, words[i + 1] as number);
  }
  out.closeArray(at);
}

/** Writes the text of an `f64s` column, which DuckDB casts: `[0.1,nan,-inf]`. */
export function writeDoubles(out: JsonText, { count, doubles }: NumberList): void {
  const at = out.pos;
  for (let i = 0; i < count; i++) {
    out.comma();
    out.raw(doubleWord(doubles[i] as number));
  }
  out.closeArray(at);
}

function doubleWord(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** Texts of one column, in a batch that holds the text of a list already. */
export function repeatText(
  { words }: { readonly words: Int32Array },
  offset: number,
  from: number,
  to: number,
): void {
  const at = offset >> 2;
  for (let i = 0; i < 4; i++) words[at + to * 4 + i] = words[at + from * 4 + i] as number;
}
