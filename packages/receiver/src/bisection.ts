/** Finds what the database refuses: says in which parts to land the journal, until a single record is refused by itself. */
import { CodedError } from '@heartwood/semconv';
import type { Position } from '@heartwood/store/batch';

/** A landing that failed. */
export interface FailedLanding {
  /** Where the database stood, and where it would have stood. */
  readonly from: Position;
  readonly to: Position;
  /** Records with a row in it, and requests whose end it held. */
  readonly records: number;
  readonly requests: number;
  /** Records of a signal, and requests, that would have filled it. */
  readonly fullRows: number;
}

/** Records `[from, to)` of a request that the database refuses; without `to` all that are left of it. */
export interface Culprit {
  readonly number: bigint;
  readonly from: number;
  readonly to: number | undefined;
  /** Rows of it; undefined where that is still to be counted. */
  readonly rows: number | undefined;
  /** The error that says so. */
  readonly error: CodedError;
}

/** Records of one request that are looked for one by one; then the rest of it counts as refused. */
const MAX_CULPRITS_EACH = 3;
/** A landing that stops the database so many times in the same place is refused: by chance it would not be. */
const FATAL_TIMES = 3;

export class Bisection {
  #sizes: readonly number[] = [];
  #culprit: Culprit | undefined;
  /** The request that the last culprit was part of, and how many parts it had so far. */
  #last = { number: -1n, culprits: 0 };
  #fatal = { landing: '', times: 0 };
  #steps = 0;

  /** Most records of each of the next landings; those behind them are as large as ever. */
  get sizes(): readonly number[] {
    return this.#sizes;
  }

  /** What is to be set aside before anything else lands. */
  get culprit(): Culprit | undefined {
    return this.#culprit;
  }

  /** Counts the landings whose rows were to blame: each brings the search nearer to its end. */
  get steps(): number {
    return this.#steps;
  }

  /** Notes why a landing failed. */
  note(landing: FailedLanding, error: unknown): void {
    if (!(error instanceof CodedError) || !this.#isRefusal(landing, error)) return;
    this.#steps++;
    // A batch may be full of each signal: counted by its records alone, half of it might be all of it again.
    const size = Math.min(Math.max(landing.records, landing.requests), landing.fullRows);
    const half = Math.ceil(size / 2);
    if (size > 1) this.#sizes = [half, size - half];
    else this.#accuse(landing, error);
  }

  /** The culprit is out of the way. */
  settle(): void {
    this.#culprit = undefined;
    this.#sizes = [];
  }

  #isRefusal({ from, to }: FailedLanding, error: CodedError): boolean {
    if (error.code === 'STORE_DATA_REFUSED') return true;
    if (error.code !== 'STORE_FATAL') return false;
    const landing = [from.record, from.rows, to.record, to.rows].join(' ');
    const times = this.#fatal.landing === landing ? this.#fatal.times + 1 : 1;
    this.#fatal = { landing, times };
    return times >= FATAL_TIMES;
  }

  #accuse({ from, to, records }: FailedLanding, error: CodedError): void {
    const number = to.rows > 0 ? to.record : to.record - 1n;
    const culprits = this.#last.number === number ? this.#last.culprits + 1 : 1;
    this.#last = { number, culprits };
    const isRest = culprits >= MAX_CULPRITS_EACH;
    this.#culprit = {
      number,
      from: from.record === number ? from.rows : 0,
      to: isRest || to.record > number ? undefined : to.rows,
      // Behind its last record the request is done with: its own row must land, unless that is what was refused.
      rows: isRest || (to.record > number && records > 0) ? undefined : records,
      error,
    };
  }
}
