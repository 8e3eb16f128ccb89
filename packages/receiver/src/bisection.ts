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
  /** Whether the row by which the request is known lands, where the request is done with. */
  readonly isKnown: boolean;
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
  #aloneTo = -1n;
  #steps = 0;

  /** Most records of each of the next landings; those behind them are as large as ever. */
  get sizes(): readonly number[] {
    return this.#sizes;
  }

  /** Each request up to this one is to land without another beside it: only so it can be told which one is refused. */
  get aloneTo(): bigint {
    return this.#aloneTo;
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
    const { from, to, records, requests, fullRows } = landing;
    // Without a row and without a step forward nothing could be set aside.
    const isEmpty = records === 0 && requests === 0;
    if (isEmpty && from.record === to.record && from.rows === to.rows) return;
    const place = [from.record, from.rows, to.record, to.rows].join(' ');
    if (!this.#isRefusal(place, error)) return;
    this.#steps++;
    // A batch may be full of each signal: counted by its records alone, half of it might be all of it again.
    const size = Math.min(Math.max(records, requests), fullRows);
    const half = Math.ceil(size / 2);
    // Those that end in it, and the one that goes on behind it.
    const touched = requests + (to.rows > 0 ? 1 : 0);
    if (size > 1) this.#sizes = [half, size - half];
    else if (touched > 1) this.#separate(to);
    else this.#accuse(landing, error);
  }

  /** Notes why the culprit could not be set aside: the row by which it would be known may be refused as well. */
  noteAside(error: unknown): void {
    const culprit = this.#culprit;
    if (culprit?.isKnown !== true || !this.#isRefusal(`aside ${culprit.number}`, error)) return;
    this.#steps++;
    this.#culprit = { ...culprit, isKnown: false };
  }

  /** Nothing is being looked for: the culprit is out of the way, or everything landed. */
  settle(): void {
    this.#culprit = undefined;
    this.#sizes = [];
  }

  #isRefusal(landing: string, error: unknown): error is CodedError {
    if (!(error instanceof CodedError)) return false;
    if (error.code === 'STORE_DATA_REFUSED') return true;
    if (error.code !== 'STORE_FATAL') return false;
    const times = this.#fatal.landing === landing ? this.#fatal.times + 1 : 1;
    this.#fatal = { landing, times };
    return times >= FATAL_TIMES;
  }

  #separate({ record, rows }: Position): void {
    this.#aloneTo = rows > 0 ? record : record - 1n;
    this.#sizes = [1, 1];
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
      isKnown: true,
      error,
    };
  }
}
