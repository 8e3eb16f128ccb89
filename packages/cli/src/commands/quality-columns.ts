/** The columns of what checks of data quality found. */
import type { AnswerOf } from '@heartwood/api/client';
import { cliError } from '../errors.ts';
import type { Column } from '../render/column.ts';
import type { Tone } from '../render/style.ts';
import { suggestion } from '../suggest.ts';

/** A result, of one thing or of a check as a whole. */
export type QualityRow = AnswerOf<'/api/v1/quality/run'>['data'][number];

export const QUALITY_CHECKS = [
  'volume',
  'gap',
  'lateness',
  'skew',
  'duplicates',
  'types',
  'nulls',
  'cardinality',
  'unknown',
  'unended',
  'drops',
] as const satisfies readonly QualityRow['check'][];

export const QUALITY_RESULTS = [
  'fail',
  'error',
  'warn',
  'not_enough_data',
  'pass',
] as const satisfies readonly QualityRow['result'][];

export const QUALITY_COLUMNS: readonly Column<QualityRow>[] = [
  { name: 'check', title: 'check', kind: 'text', read: ({ check }) => check, rank: 100 },
  {
    name: 'subject',
    title: 'subject',
    kind: 'text',
    read: ({ subject }) => subject,
    rank: 99,
    cutTo: 24,
  },
  {
    name: 'result',
    title: 'result',
    kind: 'text',
    read: ({ result }) => result,
    rank: 98,
    tone: ({ result }) => TONES[result],
  },
  {
    name: 'value',
    title: 'value',
    kind: 'score',
    kindOf: (row) => unitOf(row, 0),
    read: ({ value }) => value,
    rank: 60,
  },
  {
    name: 'expected',
    title: 'expected',
    kind: 'score',
    kindOf: (row) => unitOf(row, 1),
    read: ({ expected }) => expected,
    rank: 50,
  },
  { name: 'n', title: 'n', kind: 'count', read: ({ n }) => n, rank: 40 },
  {
    name: 'message',
    title: 'what',
    kind: 'text',
    read: ({ message }) => message,
    rank: 90,
    cutTo: 30,
  },
];

/** What a check measures, and what is expected beside it; a share where it says nothing. */
const UNITS: Partial<
  Record<QualityRow['check'], readonly ['count' | 'seconds', 'count' | 'seconds']>
> = {
  volume: ['count', 'count'],
  gap: ['seconds', 'count'],
  lateness: ['seconds', 'seconds'],
  cardinality: ['count', 'count'],
};

/** Of a check as a whole these are subjects. */
const unitOf = ({ check, subject }: QualityRow, side: 0 | 1): 'count' | 'seconds' | 'share' =>
  subject === null ? 'count' : (UNITS[check]?.[side] ?? 'share');

const TONES: Readonly<Record<QualityRow['result'], Tone | undefined>> = {
  fail: 'bad',
  error: 'bad',
  warn: 'middling',
  not_enough_data: 'quiet',
  pass: 'good',
};

/** Words of a flag, separated by commas, each of which must be known. */
export function readWords<const Word extends string>(
  flag: string,
  text: string,
  known: readonly Word[],
): Word[] {
  return text.split(',').map((part) => {
    const given = part.trim();
    const word = known.find((one) => one === given);
    if (word !== undefined) return word;
    throw cliError('FLAG_VALUE_WRONG', {
      flag,
      given,
      expected: `must be one of ${known.join(', ')}`,
      suggestion: suggestion(given, known),
    });
  });
}
