/** Field names of a JSON message as numbers: the next one is guessed from the last, because senders keep their order. */
import { fixedText } from '../interner.ts';
import type { JsonScanner } from './scanner.ts';

/** Names of a message's fields. lowerCamelCase is what OTLP/JSON says; snake_case is accepted as the Collector does. */
export class JsonFields {
  readonly #numbers = new Map<string, number>();
  readonly #words: Int32Array[] = [];
  readonly #lengths: number[] = [];
  /** Field that followed each field last; index 0 is the beginning. */
  readonly #follows: Int32Array;

  /** @param names in the order of their numbers, which count from 1 */
  constructor(names: readonly string[]) {
    this.#follows = new Int32Array(names.length + 1);
    for (const [index, name] of names.entries()) {
      this.#numbers.set(name, index + 1);
      this.#numbers.set(
        name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        index + 1,
      );
      const text = fixedText(`${name}"`);
      this.#words[index + 1] = new Int32Array(text.view.buffer, 0, (text.length + 3) >> 2);
      this.#lengths[index + 1] = text.length;
    }
  }

  /** Reads the next key and its colon; returns the number of the field, 0 for an unknown one, -1 at the end. */
  next(scanner: JsonScanner, last: number): number {
    if (!scanner.next(0x7d, last < 0)) return -1;
    const from = last < 0 ? 0 : last;
    const guess = this.#follows[from] as number;
    if (scanner.peek() !== 0x22) scanner.fail('a key expected');
    if (guess > 0 && this.#isAt(guess, scanner.source.view, scanner.pos + 1)) {
      scanner.pos += 1 + (this.#lengths[guess] as number);
      scanner.expect(0x3a);
      return guess;
    }
    const number = this.#find(scanner);
    this.#follows[from] = number;
    return number;
  }

  /** Number of the field whose key comes next; reads the key and its colon. */
  #find(scanner: JsonScanner): number {
    for (let number = 1; number < this.#words.length; number++) {
      if (!this.#isAt(number, scanner.source.view, scanner.pos + 1)) continue;
      scanner.pos += 1 + (this.#lengths[number] as number);
      scanner.expect(0x3a);
      return number;
    }
    const { scratchEnd } = scanner.source;
    scanner.string();
    const name = Buffer.from(scanner.source.slice(scanner.start, scanner.length)).toString(
      'latin1',
    );
    scanner.source.scratchEnd = scratchEnd;
    scanner.expect(0x3a);
    return this.#numbers.get(name) ?? 0;
  }

  #isAt(number: number, view: DataView, start: number): boolean {
    const length = this.#lengths[number] as number;
    const words = this.#words[number] as Int32Array;
    if (start + length + 4 > view.byteLength) return false;
    const whole = length >> 2;
    let at = start;
    for (let i = 0; i < whole; i++, at += 4) if (words[i] !== view.getInt32(at, true)) return false;
    const rest = length & 3;
    return rest === 0 || words[whole] === (view.getInt32(at, true) & ((1 << (rest * 8)) - 1));
  }
}
