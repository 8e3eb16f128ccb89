/** How the number that something stands on is read, whatever it is. */
import type { Answer, EligibleFacts, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import type { ExplainedStatement } from '../analytic.ts';
import type { Window } from '../window.ts';
import type { Basis } from './basis.ts';

/** A number that another is made of. */
export interface BasisPart {
  readonly name: string;
  readonly value: number | null;
  readonly isCounted: boolean;
}

/** The number of a window. */
export interface BasisValue {
  /** Null where there is nothing to divide by, or too little. */
  readonly value: number | null;
  readonly sample: number;
  /** False where raw data of the window has been removed. */
  readonly isKept: boolean;
  /** False while what began in the window may still turn out: an entrant may convert, a cohort return. */
  readonly isSettled: boolean;
  /** Of the rows behind it; undefined where none were asked for. */
  readonly facts: EligibleFacts | undefined;
  /** What it is made of; `isCounted` where members stand behind it. */
  readonly parts: readonly BasisPart[];
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
  /** How it was counted, where what is stored decides that for each window. */
  readonly rule?: string | undefined;
  readonly asOf: bigint;
}

/** A page of members; as of the answer that holds the number, else as of now. */
export interface BasisPage {
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** What a letter of HEART says beside its number. KPIs do without: they have a window before of their own. */
export interface Beside {
  readonly parts: readonly BasisPart[];
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
}

/** How one kind is read. */
export interface Resolver<B extends Basis> {
  read(reader: Reader, window: Window, basis: B, options: ReadOptions): Promise<BasisValue>;
  /** Where members stand behind a part, of records up to `asOf` of the number. */
  beside?(
    reader: Reader,
    window: Window,
    basis: B,
    number: BasisValue,
    options: ReadOptions,
  ): Promise<Beside>;
  /** Members of a part; undefined where it has none. */
  members(
    reader: Reader,
    window: Window,
    basis: B,
    part: string,
    page: BasisPage,
    options: ReadOptions,
  ): Promise<Answer<MemberRow>> | undefined;
}
