/** What past operations of each feature took, read once and again when another one succeeded. */
import { toExpected, type Expected, type OperationHistory } from './expected.ts';

type ReadHistory = (feature: string, signal?: AbortSignal) => Promise<OperationHistory | undefined>;

export class Histories {
  readonly #read: ReadHistory;
  readonly #leastN: number;
  readonly #expected = new Map<string, Expected | undefined>();
  readonly #wanted = new Set<string>();

  constructor(read: ReadHistory, leastN: number) {
    this.#read = read;
    this.#leastN = leastN;
  }

  /** What is expected as far as it has been read; what was not is read at the next {@link refresh}. */
  expectedOf(feature: string): Expected | undefined {
    const known = this.#expected.get(feature);
    if (known === undefined && feature !== '' && !this.#expected.has(feature)) this.want(feature);
    return known;
  }

  /** Has a feature read again. */
  want(feature: string): void {
    if (this.#wanted.size < MOST_WANTED) this.#wanted.add(feature);
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    for (const feature of [...this.#wanted].slice(0, AT_ONCE)) {
      const history = await this.#read(feature, signal);
      this.#wanted.delete(feature);
      if (this.#expected.size >= MOST_KNOWN) this.#forgetFirst();
      this.#expected.delete(feature);
      this.#expected.set(feature, toExpected(history, this.#leastN));
    }
  }

  #forgetFirst(): void {
    for (const feature of this.#expected.keys()) {
      this.#expected.delete(feature);
      return;
    }
  }
}

const AT_ONCE = 20;
const MOST_WANTED = 10_000;
const MOST_KNOWN = 10_000;
