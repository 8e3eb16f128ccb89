/** Field names of a JSON message as numbers: the next one is guessed from the last, because senders keep their order. */
import { type JsonWords, jsonWords } from './words.ts';
import type { JsonScanner } from './scanner.ts';

/** Names of a message's fields. lowerCamelCase is what OTLP/JSON says; snake_case is accepted as the Collector does. */
export class JsonFields {
  readonly #numbers = new Map<string, number>();
  /** `"name":` of each field. */
  readonly #keys: JsonWords[] = [];
  /** Fields that followed each field last, the latest first; index 0 is the beginning. */
  readonly #follows: Int32Array;
  readonly #followed: Int32Array;

  /** @param names in the order of their numbers, which count from 1 */
  constructor(names: readonly string[]) {
    this.#follows = new Int32Array(names.length + 1);
    this.#followed = new Int32Array(names.length + 1);
    for (const [index, name] of names.entries()) {
      this.#numbers.set(name, index + 1);
      this.#numbers.set(
        name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        index + 1,
      );
      this.#keys[index + 1] = jsonWords(`"${name}":`);
    }
  }

  /** Reads the next key and its colon; returns the number of the field, 0 for an unknown one, -1 at the end. */
  next(scanner: JsonScanner, last: number): number {
    const from = last < 0 ? 0 : last;
    const isFirst = last < 0;
    const guess = this.#follows[from] as number;
    if (guess > 0 && scanner.member(this.#keys[guess] as JsonWords, isFirst)) return guess;
    // Two are tried, because a field that comes with some records only makes two that follow the one before it.
    const second = this.#followed[from] as number;
    if (second > 0 && scanner.member(this.#keys[second] as JsonWords, isFirst)) return second;
    if (!scanner.next(0x7d, isFirst)) return -1;
    if (scanner.peek() !== 0x22) scanner.fail('a key expected');
    // Behind white space.
    if (guess > 0 && scanner.member(this.#keys[guess] as JsonWords, true)) return guess;
    const number = this.#find(scanner);
    this.#followed[from] = guess;
    this.#follows[from] = number;
    return number;
  }

  /** Number of the field whose key comes next; reads the key and its colon. */
  #find(scanner: JsonScanner): number {
    for (let number = 1; number < this.#keys.length; number++)
      if (scanner.member(this.#keys[number] as JsonWords, true)) return number;
    const { scratchEnd } = scanner.source;
    scanner.string();
    const name = Buffer.from(scanner.source.slice(scanner.start, scanner.length)).toString(
      'latin1',
    );
    scanner.source.scratchEnd = scratchEnd;
    scanner.expect(0x3a);
    return this.#numbers.get(name) ?? 0;
  }
}
