/** Reads the number that something stands on, and the members of its parts, by what it is: one line a kind. */
import type { Answer, EligibleFacts, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import type { ExplainedStatement } from '../analytic.ts';
import { checkSelectors } from '../selector-names.ts';
import type { Window } from '../window.ts';
import { ADOPTION } from './adoption.ts';
import type { Basis } from './basis.ts';
import { ENGAGEMENT } from './engagement.ts';
import { FEEDBACK } from './feedback.ts';
import { FUNNEL } from './funnel.ts';
import { selectorsOfBasis } from './names.ts';
import { RETENTION } from './retention.ts';
import { SUCCESS } from './success.ts';

/** The number of a window. */
export interface BasisValue {
  /** Null where there is nothing to divide by, or too little. */
  readonly value: number | null;
  readonly sample: number;
  /** False where raw data of the window has been removed. */
  readonly isKept: boolean;
  /** Of the rows behind it; undefined where none were asked for. */
  readonly facts: EligibleFacts | undefined;
  /** What it is made of; `isCounted` where members stand behind it. */
  readonly parts: readonly BasisPart[];
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
  readonly asOf: bigint;
}

interface BasisPart {
  readonly name: string;
  readonly value: number | null;
  readonly isCounted: boolean;
}

/** A page of members; as of the answer that holds the number, else as of now. */
export interface BasisPage {
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** How one kind is read. */
export interface Resolver<B extends Basis> {
  read(reader: Reader, window: Window, basis: B, options: ReadOptions): Promise<BasisValue>;
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

const RESOLVERS: { readonly [Kind in Basis['kind']]: Resolver<Extract<Basis, { kind: Kind }>> } = {
  funnel: FUNNEL,
  retention: RETENTION,
  adoption: ADOPTION,
  feedback: FEEDBACK,
  engagement: ENGAGEMENT,
  success: SUCCESS,
};

/** Reads the number of a window; names that nothing stored carries are told. */
export async function readBasis(
  reader: Reader,
  window: Window,
  basis: Basis,
  options: ReadOptions,
): Promise<BasisValue> {
  const [unknown, value] = await Promise.all([
    checkSelectors(reader, selectorsOfBasis(basis), 'definition', options),
    resolverOf(basis).read(reader, window, basis, options),
  ]);
  return { ...value, warnings: [...unknown, ...value.warnings] };
}

/** A page of the members of one of its parts; undefined where that has none. */
export function readBasisMembers(
  reader: Reader,
  window: Window,
  basis: Basis,
  part: string,
  page: BasisPage,
  options: ReadOptions,
): Promise<Answer<MemberRow>> | undefined {
  return resolverOf(basis).members(reader, window, basis, part, page, options);
}

/** That of its kind, which takes no other. */
const resolverOf = (basis: Basis): Resolver<Basis> => RESOLVERS[basis.kind];
