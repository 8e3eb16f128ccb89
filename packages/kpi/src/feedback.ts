/** Feedback: how many answered about a feature, what they gave it, and how many of its users that is. */
import { EVENT_FEATURE_FEEDBACK } from '@heartwood/semconv';
import type { Answer, Condition, FeedbackRow, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { toProperty } from './definition/condition-text.ts';
import { factWarnings, toSampling } from './facts.ts';
import { checkNames } from './name.ts';
import { rate } from './ratio.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** Answers below which nothing is said of them but how many there are. */
export const MIN_ANSWERS = 30;

/** Answers about one feature. */
export interface FeedbackNumbers {
  /** Null for answers about no feature. */
  readonly feature: string | null;
  readonly answers: number;
  /** Users that answered, and sessions where the user is unknown. */
  readonly respondents: number;
  /** Users of the feature, likewise. */
  readonly actors: number;
  /** Share of its users that answered; null below 30 answers. */
  readonly responseRate: number | null;
  /** By the best score that could be given, most answers first. */
  readonly scales: FeedbackScale[];
}

/** Scores out of one scale. */
export interface FeedbackScale {
  readonly scale: number;
  readonly answers: number;
  /** Null below 30 answers. */
  readonly mean: number | null;
  /** Percent that gave 9 or 10 less percent that gave 6 or less; null below 30 answers, and on another scale than 10. */
  readonly nps: number | null;
  /** Answers of as long a time before the range; null where that time is not stored whole. */
  readonly previousAnswers: number | null;
  /** `mean` less that of the time before; null where either has fewer than 30 answers. */
  readonly change: number | null;
  readonly trend: 'up' | 'same' | 'down' | null;
  /** Null below 30 answers; else every point that was given, lowest first. */
  readonly distribution: { readonly point: number; readonly answers: number }[] | null;
}

/** Features by answers, most first. Rejects an unknown feature. */
export async function readFeedback(
  reader: Reader,
  window: Window,
  { feature, limit, ...options }: ReadOptions & { feature?: string | undefined; limit: number },
): Promise<Analytic<FeedbackNumbers[]>> {
  const only = feature === undefined ? undefined : { names: [feature], none: false };
  const { rows, ...answer } = await ask(reader, window, only, limit, options);
  if (rows.length === 0) await checkNames(reader, { feature }, options);
  const groups = groupRows(rows, ({ group }) => JSON.stringify(group));
  const before = await readBefore(reader, window, rows, answer.asOf, limit, options);
  const data = groups.map(([key, own]) =>
    toNumbers(own, answer.facts, before && before.rows.filter((row) => keyOf(row) === key)),
  );
  const few = data.filter(({ answers }) => answers < MIN_ANSWERS).length;
  return {
    data: data.slice(0, limit),
    unit: 'answers',
    complete: isComplete(window.toMs, window),
    truncated: data.length > limit,
    warnings: [
      ...factWarnings(answer.facts, 'user'),
      ...(few === 0
        ? []
        : [
            `Below ${String(MIN_ANSWERS)} answers only their number is given: ${String(few)} of them here.`,
          ]),
    ],
    sampleSize: { unit: 'answers', n: data.reduce((sum, { answers }) => sum + answers, 0) },
    sampling: toSampling(answer.facts),
    approximate: null,
    asOf: String(answer.asOf),
    explain: explain(window, {
      definition: {
        kind: 'feedback',
        id: null,
        revision: null,
        source: null,
        written: { feature: feature ?? null },
      },
      sentence: `events named "${EVENT_FEATURE_FEEDBACK}"${feature === undefined ? '' : ` about "${feature}"`} by feature; scores from 0 to their scale, at whole points up to a scale of 20, at tenths of it beyond; the response rate is the share of those who ran the feature that answered; NPS on a scale of 10 alone; the trend is against as long before; nothing but counts below ${String(MIN_ANSWERS)} answers`,
      statements: [
        toStatement('feedback', answer, rows.length),
        ...(before === null ? [] : [toStatement('before', before, before.rows.length)]),
      ],
      command: [
        'feedback',
        ...(feature === undefined ? [] : [`--feature=${feature}`]),
        '--limit',
        String(limit),
      ],
    }),
  };
}

const keyOf = ({ group }: FeedbackRow): string => JSON.stringify(group);

/** Answers about some features, or those without one; about all unless given. */
interface Subject {
  readonly names: readonly string[];
  readonly none: boolean;
}

function ask(
  reader: Reader,
  window: Pick<Window, 'fromMs' | 'toMs'>,
  subject: Subject | undefined,
  limit: number,
  { asOf, ...options }: ReadOptions & { readonly asOf?: bigint },
): Promise<Answer<FeedbackRow>> {
  const property = toProperty('feature');
  const among: Condition = { kind: 'in', property, values: subject?.names ?? [] };
  const without: Condition = { kind: 'not', part: { kind: 'exists', property } };
  const scope = subject?.none === true ? { kind: 'or' as const, parts: [among, without] } : among;
  return reader.ask(
    {
      kind: 'feedback',
      events: {
        ...toNs(window),
        selectors: [
          { source: 'event', names: [EVENT_FEATURE_FEEDBACK] },
          { source: 'run', names: 'any' },
        ],
        keepOthers: false,
        unit: 'user',
        scope: subject === undefined ? undefined : scope,
        group: { by: property, top: limit + 1 },
        asOf,
      },
      output: { kind: 'numbers' },
    } as const,
    options,
  );
}

/** The same features over as long a time before; null where nothing is to be compared, or that time is not stored whole. */
async function readBefore(
  reader: Reader,
  { fromMs, toMs }: Window,
  rows: readonly FeedbackRow[],
  asOf: bigint,
  limit: number,
  options: ReadOptions,
): Promise<Answer<FeedbackRow> | null> {
  const startMs = 2 * fromMs - toMs;
  if (rows.length === 0 || startMs < 0) return null;
  const groups = rows.map(({ group }) => group);
  const names = new Set(groups.flatMap((group) => (group.kind === 'value' ? [group.value] : [])));
  const subject = { names: [...names], none: groups.some(({ kind }) => kind === 'none') };
  const range = { fromMs: startMs, toMs: fromMs };
  const answer = await ask(reader, range, subject, limit, { ...options, asOf });
  return answer.facts.removedBefore === null ? answer : null;
}

function toNumbers(
  rows: readonly FeedbackRow[],
  facts: { readonly filtered: number },
  before: readonly FeedbackRow[] | null,
): FeedbackNumbers {
  const group = rows[0]?.group;
  const count = (part: FeedbackRow['part']): number =>
    rows.find((row) => row.part === part)?.count ?? 0;
  const [answers, actors] = [count('answers'), count('actors')];
  const scales = groupRows(
    rows.filter(({ part }) => part === 'scored'),
    ({ scale }) => scale ?? 0,
  );
  return {
    feature: group?.kind === 'value' ? group.value : null,
    answers,
    respondents: count('respondents'),
    actors,
    responseRate: answers < MIN_ANSWERS ? null : rate(count('answering'), actors, facts),
    scales: scales
      .map((one) => toScale(one, before))
      .toSorted((a, b) => b.answers - a.answers || a.scale - b.scale),
  };
}

/** Scores out of one scale, with those of the time before. */
export function toScale(
  [scale, rows]: readonly [number, readonly FeedbackRow[]],
  before: readonly FeedbackRow[] | null,
): FeedbackScale {
  const { answers, mean } = meanOf(rows);
  const former = before && meanOf(before.filter((row) => row.scale === scale));
  const previousAnswers = former?.answers ?? null;
  const nothing = { nps: null, change: null, trend: null, distribution: null };
  if (mean === null) return { scale, answers, mean, previousAnswers, ...nothing };
  const previous = former?.mean ?? null;
  const change = previous === null ? null : mean - previous;
  const distribution = rows
    .map(({ point, count }) => ({ point: point ?? 0, answers: count }))
    .toSorted((a, b) => a.point - b.point);
  const nps = scale === NPS_SCALE ? npsOf(distribution, answers) : null;
  const trend = change === null ? null : change > 0 ? 'up' : change < 0 ? 'down' : 'same';
  return { scale, answers, mean, nps, previousAnswers, change, trend, distribution };
}

/** The mean is null below the answers that it takes. */
function meanOf(rows: readonly FeedbackRow[]): { answers: number; mean: number | null } {
  const answers = rows.reduce((total, { count }) => total + count, 0);
  const sum = rows.reduce((total, row) => total + (row.sum ?? 0), 0);
  return { answers, mean: answers < MIN_ANSWERS ? null : sum / answers };
}

/** Net promoter score, by Reichheld 2003: how likely somebody is to recommend it, from 0 to 10. */
const NPS_SCALE = 10;

function npsOf(
  distribution: readonly { readonly point: number; readonly answers: number }[],
  answers: number,
): number {
  const share = (from: number, to: number): number =>
    distribution
      .filter(({ point }) => point >= from && point <= to)
      .reduce((sum, one) => sum + one.answers, 0) / answers;
  return 100 * (share(9, 10) - share(0, 6));
}

/** Rows by key, keys in the order in which they come. */
function groupRows<Key>(
  rows: readonly FeedbackRow[],
  keyOf: (row: FeedbackRow) => Key,
): [Key, FeedbackRow[]][] {
  const groups = new Map<Key, FeedbackRow[]>();
  for (const row of rows) {
    const own = groups.get(keyOf(row)) ?? [];
    own.push(row);
    groups.set(keyOf(row), own);
  }
  return [...groups];
}
