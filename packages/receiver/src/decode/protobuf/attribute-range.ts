/** Where the attributes of a protobuf record lie: one behind the other as a rule, but other fields may come between them. */
import { ByteRanges } from '../byte-ranges.ts';
import type { TextSource } from '../text/text-source.ts';

/** Fields with their tags, a place in the source: {@link start} and {@link length}. */
export class AttributeRange {
  start = 0;
  length = 0;
  /** End of what lies together; 0 as long as nothing came. */
  #end = 0;
  /** What came before, with something else behind it. */
  readonly #parts = new ByteRanges();

  reset(): void {
    this.length = 0;
    this.#end = 0;
    this.#parts.count = 0;
  }

  /** Adds a field whose tag begins at `start`. */
  add(start: number, end: number): void {
    if (start !== this.#end) {
      if (this.#end !== 0) this.#parts.add(this.start, this.#end);
      this.start = start;
    }
    this.#end = end;
    this.length = end - this.start;
  }

  /** Puts the parts together, in the scratch area when there are several. */
  close(source: TextSource): void {
    if (this.#parts.count === 0) return;
    this.#parts.add(this.start, this.#end);
    const at = source.scratchEnd;
    for (let i = 0; i < this.#parts.count; i++)
      source.append(this.#parts.start(i), this.#parts.end(i) - this.#parts.start(i));
    this.start = ~at;
    this.length = source.scratchEnd - at;
  }
}
