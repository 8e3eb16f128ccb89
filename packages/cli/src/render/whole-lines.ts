/** Text that comes in pieces of bytes, changed line by line, so that no sequence is cut in two where a piece ends. */

export class WholeLines {
  readonly #change: (text: string) => string;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(change: (text: string) => string) {
    this.#change = change;
  }

  /** Takes the next piece; the lines that end in it. */
  read(bytes: Uint8Array): string {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    return this.#change(text.slice(0, end));
  }

  /** What no line feed ended. */
  end(): string {
    return this.#change(this.#rest + this.#decoder.decode());
  }
}
