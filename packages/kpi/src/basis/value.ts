/** Reads the number that something stands on, and the members of its parts, by what it is: one line a kind. */
import type { Answer, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { checkSelectors } from '../selector-names.ts';
import type { Window } from '../window.ts';
import { ADOPTION } from './adoption.ts';
import type { Basis } from './basis.ts';
import { ENGAGEMENT } from './engagement.ts';
import { FEEDBACK } from './feedback.ts';
import { FUNNEL } from './funnel.ts';
import { conditionsOfBasis, selectorsOfBasis } from './names.ts';
import { RETENTION } from './retention.ts';
import { SUCCESS } from './success.ts';
import type { BasisValue, BasisPage, Beside, Resolver } from './resolver.ts';

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
    checkSelectors(
      reader,
      selectorsOfBasis(basis),
      'definition',
      options,
      conditionsOfBasis(basis),
    ),
    resolverOf(basis).read(reader, window, basis, options),
  ]);
  return { ...value, warnings: [...unknown, ...value.warnings] };
}

/** What is said beside a number that {@link readBasis} gave. */
export async function readBeside(
  reader: Reader,
  window: Window,
  basis: Basis,
  number: BasisValue,
  options: ReadOptions,
): Promise<Beside> {
  const beside = await resolverOf(basis).beside?.(reader, window, basis, number, options);
  return beside ?? { parts: [], warnings: [], statements: [] };
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
