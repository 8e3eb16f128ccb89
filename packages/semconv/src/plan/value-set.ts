/** The values of an `enum` or `const`, put in order once so that no value has to be held beside each of them. */
import { toCanonicalText } from './json-value.ts';

/** Longest list of values that is read out. */
const MAX_SHOWN = 200;

export class ValueSet {
  /** As `one of pdf, docx`. */
  readonly words: string;
  readonly #plain = new Set<unknown>();
  readonly #texts = new Set<string>();
  readonly #depth: number;

  /** Values that are nested deeper than `depth` equal none. */
  constructor(values: readonly unknown[], depth: number) {
    this.#depth = depth;
    this.words = toWords(values);
    for (const value of values) {
      const text = isPlain(value) ? null : toCanonicalText(value, depth);
      if (text === null) this.#plain.add(value);
      else this.#texts.add(text);
    }
  }

  /** `onText` hears how long the text is that had to be made of a list or object. */
  has(value: unknown, onText: (length: number) => void): boolean {
    if (isPlain(value)) return this.#plain.has(value);
    if (this.#texts.size === 0) return false;
    const text = toCanonicalText(value, this.#depth);
    onText(text?.length ?? 0);
    return text !== null && this.#texts.has(text);
  }
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

function toWords(values: readonly unknown[]): string {
  const all = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  const shown: string[] = [];
  let length = 0;
  for (const text of all) {
    length += text.length;
    if (length > MAX_SHOWN && shown.length > 0) break;
    shown.push(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
  }
  const rest = all.length - shown.length;
  const more = rest === 0 ? '' : ` and ${rest} more`;
  return all.length === 1 ? (shown[0] ?? '') : `one of ${shown.join(', ')}${more}`;
}
