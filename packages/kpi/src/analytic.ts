/** What every analytic answers: its data, how far they can be trusted, and how they came about. */
import type { Answer, RanStatement } from '@heartwood/store';
import type { Place } from './definition/problem.ts';
import { msToInstant } from './instant.ts';
import { isComplete, toWatermark, type Window } from './window.ts';

/** An answer with what a reader must know of it. */
export interface Analytic<Data> {
  readonly data: Data;
  /** What it counts in the end: runs, events, users, sessions, traces, attempts. */
  readonly unit: string;
  readonly complete: boolean;
  readonly truncated: boolean;
  readonly warnings: readonly string[];
  /** What it is made of. */
  readonly sampleSize: SampleSize;
  /** Of all questions of the answer, where they look at different runs; null where nothing was asked. */
  readonly sampling: Sampling | null;
  /** Null where every number is exact. */
  readonly approximate: { readonly relativeError: number } | null;
  /** Number of the last record that it saw: asked again with it, it counts the same. */
  readonly asOf: string;
  readonly explain: Explain;
}

/** What is known of runs that their sender left out by sampling; it weighs no number. */
export interface Sampling {
  readonly sampled: boolean;
  /** Runs whose trace state says so. */
  readonly runs: number;
  /** Of all runs and events; null without any. */
  readonly share: number | null;
  /** How many runs those stand for, by their thresholds: an estimate. */
  readonly adjustedRuns: number;
  readonly scaled: false;
}

interface SampleSize {
  readonly unit: string;
  readonly n: number;
}

/** How a number came about. */
export interface Explain {
  /** What defines it; without an id where the question itself does. */
  readonly definition: {
    readonly kind: string;
    readonly id: string | null;
    readonly revision: number | null;
    readonly source: Place | null;
    /** As it was written. */
    readonly written: unknown;
  };
  /** The definition in words. */
  readonly sentence: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  /** What started before it is taken to be in the database: ten minutes ago, earlier while requests wait to land. */
  readonly watermark: string;
  /** Until when data had to arrive to count as complete, in words. */
  readonly completeness: string;
  /** What ran. */
  readonly statements: readonly ExplainedStatement[];
  /** The call of the command line that asks the same, of fixed bounds. */
  readonly command: string;
}

export interface ExplainedStatement {
  readonly name: string;
  readonly sql: string;
  /** By name without `$`; integers beyond 2^53 as text. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly elapsedMs: number;
  readonly rows: number;
}

/** What an analytic says of itself besides what follows from its window. */
export interface Explanation extends Pick<Explain, 'definition' | 'sentence'> {
  readonly statements: readonly ExplainedStatement[];
  /** Words of the command line without the range, as they are typed. */
  readonly command: readonly string[];
  /** The word that is asked about; any text, one that begins as a flag too. */
  readonly argument?: string;
}

/** How the numbers of a window came about. */
export function explain(window: Window, explanation: Explanation): Explain {
  const { definition, sentence, statements, command, argument } = explanation;
  const frame = explainWindow(window);
  const range = ['--from', frame.from, '--to', frame.to, '--time-zone', frame.timeZone];
  return {
    ...frame,
    definition,
    sentence,
    statements,
    command: toCommand(withArgument([...command, ...range], argument, command.length)),
  };
}

/** What follows from the window alone. */
export const explainWindow = (
  window: Window,
): Pick<Explain, 'from' | 'to' | 'timeZone' | 'watermark' | 'completeness'> => ({
  from: msToInstant(window.fromMs),
  to: msToInstant(window.toMs),
  timeZone: window.zone.name,
  watermark: msToInstant(window.watermarkMs),
  completeness: describeCompleteness(window),
});

function describeCompleteness(window: Window): string {
  if (isComplete(window.toMs, window))
    return 'complete: the range ended more than ten minutes before the question';
  return window.watermarkMs < toWatermark(window.nowMs, undefined)
    ? `not complete: requests received since ${msToInstant(window.watermarkMs)} wait for the database`
    : 'not complete: runs and events may arrive until ten minutes after the end of the range';
}

/** A word that begins as a flag stands behind all flags. */
function withArgument(
  words: readonly string[],
  argument: string | undefined,
  at: number,
): readonly string[] {
  if (argument === undefined) return words;
  return argument.startsWith('-') ? [...words, '--', argument] : words.toSpliced(at, 0, argument);
}

/** A statement of the store as something to read. */
export function toStatement(
  name: string,
  { statement: { sql, params }, elapsedMs }: Omit<Answer<unknown>, 'rows'>,
  rows: number,
): ExplainedStatement {
  return toRan({ name, sql, params, elapsedMs, rows });
}

/** The same of one that ran by itself. */
export function toRan({ params, ...ran }: RanStatement): ExplainedStatement {
  const readable = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, typeof value === 'bigint' ? String(value) : value]);
  return { ...ran, params: Object.fromEntries(readable) as Record<string, unknown> };
}

/** What of a query narrows or splits the answer: all but its range, its pages and how it is shown. */
export function toFilters(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(query).filter(
    ([key, value]) => value !== undefined && !NO_FILTERS.includes(key),
  );
  return Object.fromEntries(given);
}

const NO_FILTERS = [
  'from',
  'to',
  'since',
  'timeZone',
  'explain',
  'limit',
  'cursor',
  'sort',
  'trend',
  'interval',
  'top',
  'recent',
];

/** A call of the command line, to be pasted into a shell. */
export const toCommand = (words: readonly string[]): string =>
  ['heartwood', ...words].map(toShellWord).join(' ');

/** In single quotes unless it needs none, as POSIX shells read it. */
const toShellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
