/** Attributes that were lifted, as the ids of their columns, and as attributes again. */
import { type Batch, MARK } from '@heartwood/store/batch';
import type { JsonText } from './text/json-text.ts';
import { LIFTED } from './known-attributes.ts';
import type { OpenRequest } from './open-request.ts';

export class LiftedTexts {
  readonly #request: OpenRequest;

  constructor(request: OpenRequest) {
    this.#request = request;
  }

  /** Writes the id of attribute `key` at `at`, 0 when the record has none; a new text goes to the vocabulary of `texts`. */
  word(words: Int32Array, at: number, key: number, texts: Batch): void {
    const { known, vocabulary } = this.#request;
    if (known.has(key)) {
      vocabulary.text(known.low[key] as number, known.high[key] as number, texts.vocabulary);
      words[at] = vocabulary.low;
      words[at + 1] = vocabulary.high;
    } else {
      words[at] = 0;
      words[at + 1] = 0;
    }
  }

  /** The same for a text that names an actor. */
  identity(words: Int32Array, at: number, key: number, texts: Batch): void {
    const { known, identities } = this.#request;
    if (known.has(key)) {
      identities.text(known.low[key] as number, known.high[key] as number, texts.identities);
      words[at] = identities.low;
      words[at + 1] = identities.high;
    } else {
      words[at] = 0;
      words[at + 1] = 0;
    }
  }

  /** Writes the user: the hash, or the id where there is no hash. Returns the bits of {@link MARK} that tell. */
  user(words: Int32Array, at: number, texts: Batch): number {
    const { known } = this.#request;
    const hasHash = known.has(LIFTED.USER_HASH);
    this.identity(words, at, hasHash ? LIFTED.USER_HASH : LIFTED.USER_ID, texts);
    return !hasHash && known.has(LIFTED.USER_ID) ? MARK.RAW_USER : 0;
  }

  /** Writes a text that was lifted as a member again. */
  giveBack(attributes: JsonText, key: number): void {
    const { known, source, features } = this.#request;
    const low = known.low[key] as number;
    const high = known.high[key] as number;
    attributes.key(features.keys, features.entry(key));
    if (low < 0) attributes.string(source.scratchView, ~low, high);
    else attributes.string(source.view, low, high);
  }
}
