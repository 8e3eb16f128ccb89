/** Numbers as text in few letters. */

/**
 * Numbers as text, each as how many units it is more than another: in base 36 where that is exact, else as it is. A number
 * that was not exact would not be taken for the same event when that comes again.
 */
export class NumberWriter {
  text = '';

  /** Gives the whole units of the number: of none, those that it was compared with. */
  add(value: number | undefined, base: number, perUnit = 1000): number {
    if (value === undefined) {
      this.text += ',';
      return base;
    }
    const units = Math.round(value * perUnit);
    this.text +=
      units / perUnit === value && Number.isSafeInteger(units - base)
        ? `${(units - base).toString(36)},`
        : `=${value},`;
    return units;
  }
}

export class NumberReader {
  /** Of the number that was read last, as {@link NumberWriter.add} gives them. */
  units = 0;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = text.split(',');
  }

  /** Behind the last number stands a comma too. */
  get hasMore(): boolean {
    return this.#at < this.#tokens.length - 1;
  }

  next(base: number, perUnit = 1000): number | undefined {
    const token = this.#tokens[this.#at++] ?? '';
    this.units = base;
    if (token === '') return undefined;
    if (token.startsWith('=')) {
      const value = Number(token.slice(1));
      this.units = Math.round(value * perUnit);
      return value;
    }
    this.units = base + parseInt(token, 36);
    return this.units / perUnit;
  }
}
