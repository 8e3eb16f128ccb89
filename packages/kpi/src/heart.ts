/** HEART: how people fare with some features, letter by letter, each with its goal, signal and metric. */
import type { Answer, EligibleFacts, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { explain, type Analytic, type ExplainedStatement } from './analytic.ts';
import { describeBasis, formatOf, sampleUnitOf } from './basis/basis.ts';
import { readBasis, readBasisMembers, readBeside } from './basis/value.ts';
import { type BasisPage } from './basis/resolver.ts';
import {
  HEART_LETTERS,
  type DefinitionSet,
  type HeartDefinition,
  type HeartLetter,
  type LetterDefinition,
} from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
import { toSampling } from './facts.ts';
import { suggest } from './suggestion.ts';
import { isComplete, type Window } from './window.ts';

/** One letter; all but its state is null where it is not defined. */
interface LetterReport {
  readonly state: 'defined' | 'not_defined';
  readonly goal: string | null;
  readonly signal: string | null;
  /** The number in words. */
  readonly metric: string | null;
  readonly value: number | null;
  readonly format: 'number' | 'percent' | 'duration' | null;
  readonly sample: number | null;
  /** What the sample counts. */
  readonly unit: string | null;
  /** False while it may still change, or where raw data of the range has been removed. */
  readonly complete: boolean | null;
  readonly parts: { readonly part: string; readonly value: number | null }[];
  /** Number of the last record that it saw. */
  readonly asOf: string | null;
}

/** All letters of a definition. */
export interface HeartReport {
  readonly id: string;
  readonly title: string;
  readonly revision: number;
  readonly features: string[];
  readonly letters: Readonly<Record<HeartLetter, LetterReport>>;
}

/** The definition of an id; rejects an unknown one. */
export function findHeart({ hearts }: Pick<DefinitionSet, 'hearts'>, id: string): HeartDefinition {
  const found = hearts.get(id);
  if (found !== undefined) return found;
  throw new QuestionError('HEART_UNKNOWN', 'id', { value: id }, suggest(id, hearts.keys()));
}

/** Each letter in words; null where it is not defined. */
export function describeHeart({ letters }: HeartDefinition): Record<HeartLetter, string | null> {
  const words = HEART_LETTERS.map((letter) => {
    const found = letters.get(letter);
    return [letter, found === undefined ? null : describeBasis(found.basis)] as const;
  });
  return Object.fromEntries(words) as Record<HeartLetter, string | null>;
}

/** Reads all letters over a range. */
export async function readHeart(
  reader: Reader,
  window: Window,
  definition: HeartDefinition,
  options: ReadOptions = {},
): Promise<Analytic<HeartReport>> {
  const { kind, id, title, revision, features, letters, place: source, written } = definition;
  const read = await Promise.all(
    HEART_LETTERS.map(async (letter): Promise<[HeartLetter, LetterAnswer]> => {
      const found = letters.get(letter);
      if (found === undefined) return [letter, NOT_DEFINED];
      return [letter, await readLetter(reader, window, letter, found, options)];
    }),
  );
  const answers = read.map(([, answer]) => answer);
  const asked = answers.flatMap(({ asOf }) => (asOf === null ? [] : [asOf]));
  const reports = read.map(([letter, { report }]) => [letter, report] as const);
  return {
    data: {
      id,
      title,
      revision,
      features: [...features],
      letters: Object.fromEntries(reports) as Record<HeartLetter, LetterReport>,
    },
    unit: 'letters',
    complete: answers.every(({ report }) => report.complete !== false),
    truncated: false,
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
    // Each letter says its own sample; no sum of them means anything.
    sampleSize: { unit: 'letters', n: letters.size },
    sampling: toSampling(...answers.map(({ facts }) => facts)),
    approximate: null,
    asOf: String(asked.reduce((last, one) => (one > last ? one : last), 0n)),
    explain: explain(window, {
      definition: { kind, id, revision, source, written },
      sentence: [...letters]
        .map(([letter, { basis }]) => `${letter}: ${describeBasis(basis)}`)
        .join('; '),
      statements: answers.flatMap(({ statements }) => statements),
      command: ['heart', id],
    }),
  };
}

/** A page of the members of a part of a letter. Rejects a letter that is not defined, and a part without members. */
export async function readHeartMembers(
  reader: Reader,
  window: Window,
  definition: HeartDefinition,
  { letter, part, page }: { letter: HeartLetter; part: string; page: BasisPage },
  options: ReadOptions = {},
): Promise<Answer<MemberRow>> {
  const { id } = definition;
  const found = definition.letters.get(letter);
  const members = found && readBasisMembers(reader, window, found.basis, part, page, options);
  if (members === undefined)
    throw new QuestionError('HEART_PART_UNKNOWN', 'part', { id, letter, value: part });
  return members;
}

interface LetterAnswer {
  readonly report: LetterReport;
  readonly warnings: readonly string[];
  readonly statements: readonly ExplainedStatement[];
  readonly asOf: bigint | null;
  readonly facts: EligibleFacts | undefined;
}

const NOT_DEFINED: LetterAnswer = {
  report: {
    state: 'not_defined',
    goal: null,
    signal: null,
    metric: null,
    value: null,
    format: null,
    sample: null,
    unit: null,
    complete: null,
    parts: [],
    asOf: null,
  },
  warnings: [],
  statements: [],
  asOf: null,
  facts: undefined,
};

async function readLetter(
  reader: Reader,
  window: Window,
  letter: HeartLetter,
  { goal, signal, basis }: LetterDefinition,
  options: ReadOptions,
): Promise<LetterAnswer> {
  const read = await readBasis(reader, window, basis, options);
  const beside = await readBeside(reader, window, basis, read, options);
  const { value, sample, isKept, isSettled, facts, asOf } = read;
  const [parts, warnings, statements] = [
    [...read.parts, ...beside.parts],
    [...read.warnings, ...beside.warnings],
    [...read.statements, ...beside.statements],
  ];
  return {
    report: {
      state: 'defined',
      goal,
      signal,
      metric: describeBasis(basis),
      value,
      format: formatOf(basis),
      sample,
      unit: sampleUnitOf(basis),
      complete: isKept && isSettled && isComplete(window.toMs, window),
      parts: parts.map((one) => ({ part: one.name, value: one.value })),
      asOf: String(asOf),
    },
    warnings: warnings.map((warning) => `${letter}: ${warning}`),
    statements: statements.map((one) => ({ ...one, name: `${letter}: ${one.name}` })),
    asOf,
    facts,
  };
}
