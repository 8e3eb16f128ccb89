/** Feedback: how many answered about a feature, what they gave it, and how many of its users that is. */
import { EVENT_FEATURE_FEEDBACK } from '@heartwood/semconv';
import type { FeedbackRow, Reader, ReadOptions } from '@heartwood/store';
import { explain, toStatement, type Analytic } from './analytic.ts';
import { toProperty } from './definition/condition-text.ts';
import { factWarnings } from './facts.ts';
import { checkNames } from './name.ts';
import { rate } from './ratio.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** Answers below which nothing is said of them but how many there are. */
const MIN_ANSWERS = 30;

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
  /** Null below 30 answers; else every point that was given, lowest first. */
  readonly distribution: { readonly point: number; readonly answers: number }[] | null;
}

/** Features by answers, most first. Rejects an unknown feature. */
export async function readFeedback(
  reader: Reader,
  window: Window,
  { feature, limit, ...options }: ReadOptions & { feature?: string | undefined; limit: number },
): Promise<Analytic<FeedbackNumbers[]>> {
  const property = toProperty('feature');
  const { rows, ...answer } = await reader.ask(
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
        scope:
          feature === undefined
            ? undefined
            : { kind: 'compare', property, op: '=', value: feature },
        group: { by: property, top: limit + 1 },
      },
      output: { kind: 'numbers' },
    } as const,
    options,
  );
  if (rows.length === 0) await checkNames(reader, { feature }, options);
  const groups = groupRows(rows, ({ group }) => JSON.stringify(group));
  const data = groups.map(([, own]) => toNumbers(own, answer.facts));
  const few = data.filter(({ answers }) => answers < MIN_ANSWERS).length;
  return {
    data: data.slice(0, limit),
    unit: 'answers',
    complete: isComplete(window.toMs, window.nowMs),
    truncated: answer.truncated || data.length > limit,
    warnings: [
      ...factWarnings(answer.facts, 'user'),
      ...(few === 0
        ? []
        : [
            `Below ${String(MIN_ANSWERS)} answers only their number is given: ${String(few)} of them here.`,
          ]),
    ],
    sampleSize: { unit: 'answers', n: data.reduce((sum, { answers }) => sum + answers, 0) },
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
      sentence: `events named "${EVENT_FEATURE_FEEDBACK}"${feature === undefined ? '' : ` about "${feature}"`} by feature; scores from 0 to their scale, at whole points up to a scale of 20, at tenths of it beyond; the response rate is the share of those who ran the feature that answered; nothing but counts below ${String(MIN_ANSWERS)} answers`,
      statements: [toStatement('feedback', answer, rows.length)],
      command: [
        'feedback',
        ...(feature === undefined ? [] : [`--feature=${feature}`]),
        '--limit',
        String(limit),
      ],
    }),
  };
}

function toNumbers(
  rows: readonly FeedbackRow[],
  facts: { readonly filtered: number },
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
    scales: scales.map(toScale).toSorted((a, b) => b.answers - a.answers || a.scale - b.scale),
  };
}

function toScale([scale, rows]: readonly [number, readonly FeedbackRow[]]): FeedbackScale {
  const answers = rows.reduce((total, { count }) => total + count, 0);
  if (answers < MIN_ANSWERS) return { scale, answers, mean: null, distribution: null };
  const sum = rows.reduce((total, row) => total + (row.sum ?? 0), 0);
  const distribution = rows
    .map(({ point, count }) => ({ point: point ?? 0, answers: count }))
    .toSorted((a, b) => a.point - b.point);
  return { scale, answers, mean: sum / answers, distribution };
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
