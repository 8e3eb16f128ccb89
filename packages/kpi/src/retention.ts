/** Retention: of those who start in a period, how many return in the periods after it. */
import type {
  Answer,
  EventSelector,
  MemberRow,
  Property,
  Reader,
  ReadOptions,
  RetentionCell,
  RetentionQuestion,
} from '@heartwood/store';
import { digestOf } from './definition/revision.ts';
import { QuestionError } from './errors.ts';
import { factWarnings } from './facts.ts';
import { sayInstant } from './instant.ts';
import { cutPeriods, MAX_PERIODS, PERIOD_MS, type Periods } from './retention-periods.ts';
import type { RetentionColumn, RetentionRule } from './retention-rule.ts';
import { isSettled, toRetentionSeries, type RetentionSeries } from './retention-table.ts';
import { toNs, type Window } from './window.ts';

/** A breakdown by the value at the start. */
export interface Breakdown {
  readonly by: Property;
  /** Values with a group of their own; all others are one group, and so are all with 0. */
  readonly top: number;
}

/** A retention table and what has to be known about it. */
export interface RetentionReport {
  readonly columns: readonly RetentionColumn[];
  /** One a group; exactly one without a breakdown, also where nobody started. */
  readonly series: readonly RetentionSeries[];
  /** All who started: entries of all cohorts. */
  readonly entries: number;
  readonly warnings: readonly string[];
  /** The store's answer: facts, what ran, and the `asOf` that members need. */
  readonly answer: Omit<Answer<unknown>, 'rows'>;
}

/** Reads a retention table. Rejects one of more than 10,000 cells with `RETENTION_TOO_LARGE`. */
export async function readRetention(
  reader: Reader,
  window: Window,
  rule: RetentionRule,
  breakdown: Breakdown | undefined,
  options: ReadOptions = {},
): Promise<RetentionReport> {
  const { columns, periods, question } = toQuestion(window, rule, breakdown);
  const { rows, ...answer } = await reader.ask(
    { ...question, output: { kind: 'numbers' } } as const,
    options,
  );
  const warnings = [...factWarnings(answer.facts, rule.unit), ...historyWarnings(rule, answer)];
  const series = toRetentionSeries(
    rows,
    { window, rule, columns, periods },
    answer.facts,
    breakdown !== undefined,
  );
  warnings.push(...risingWarnings(rule, series));
  const entries = rows.reduce((sum, { column, actors }) => sum + (column === null ? actors : 0), 0);
  return { columns, series, entries, warnings, answer };
}

/** Which page of members; `asOf` of the table that the number stands in, else as of now. */
export interface RetentionPage {
  readonly asOf?: bigint | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of those who are counted in a cell. */
export async function readRetentionMembers(
  reader: Reader,
  window: Window,
  rule: RetentionRule,
  breakdown: Breakdown | undefined,
  cell: RetentionCell,
  { asOf, after, limit }: RetentionPage,
  options: ReadOptions = {},
): Promise<Answer<MemberRow>> {
  const { question } = toQuestion(window, rule, breakdown);
  const events = { ...question.events, asOf };
  const output = { kind: 'members', cell, after, limit } as const;
  return reader.ask({ ...question, events, output } as const, options);
}

/** Most cells of the table of one group. */
export const MAX_CELLS = 10_000;
/** How large the table over a window of a length may be at most, in words; undefined where that is not too large. */
export function tooLargeFor(rule: RetentionRule, windowMs: number): string | undefined {
  const columns = toColumns(rule);
  const following = rule.mode === 'rolling' ? 0 : (columns.at(-1)?.last ?? 0);
  // The window may begin within a period, and a month has 28 days at least.
  const shortestMs = rule.period === 'month' ? 28 * PERIOD_MS.day : PERIOD_MS[rule.period];
  const cohorts = Math.ceil(windowMs / shortestMs) + 1;
  const [periods, cells] = [cohorts + following, cohorts * columns.length];
  if (periods <= MAX_PERIODS && cells <= MAX_CELLS) return undefined;
  return `up to ${String(periods)} periods and ${String(cells)} cells, of at most ${String(MAX_PERIODS)} and ${String(MAX_CELLS)}`;
}

/** Where nanoseconds of the store end. */
const MAX_TIME_NS = BigInt(Date.UTC(2262, 0, 1)) * 1_000_000n;

function toQuestion(
  window: Window,
  rule: RetentionRule,
  group: Breakdown | undefined,
): {
  columns: RetentionColumn[];
  periods: Periods;
  question: Omit<RetentionQuestion, 'output'>;
} {
  const { unit, start, occurrence, firstScope, mode, period, criterion, minReturns } = rule;
  const columns = toColumns(rule);
  const following = columns.at(-1)?.last ?? 0;
  const isRolling = mode === 'rolling';
  const periods = cutPeriods(window, period, isRolling ? 0 : following);
  const cells = periods.cohorts.length * columns.length;
  if (cells > MAX_CELLS)
    throw new QuestionError('RETENTION_TOO_LARGE', 'periods', {
      what: `${String(cells)} cells, more than ${String(MAX_CELLS)}`,
    });
  const cohorts = toNs(window);
  const rollingNs = isRolling ? BigInt(PERIOD_MS[period]) * 1_000_000n : null;
  const end =
    rollingNs === null
      ? BigInt(periods.edges.at(-1) ?? window.toMs) * 1_000_000n
      : cohorts.to + rollingNs * BigInt(following + 1);
  const { origin, width, slots } = periods;
  const base: EventSelector = { source: start.source, names: start.names };
  const isBased = occurrence === 'first' && firstScope === 'event';
  return {
    columns,
    periods,
    question: {
      kind: 'retention',
      events: {
        from: occurrence === 'first' ? 0n : cohorts.from,
        to: end < MAX_TIME_NS ? end : MAX_TIME_NS,
        selectors: [start, rule.return, ...(isBased ? [base] : [])],
        keepOthers: false,
        unit,
        group,
      },
      cohorts,
      occurrence,
      slots: { origin, width, buckets: slots },
      rollingNs,
      columns: columns.flatMap(({ first, last }, index) =>
        Array.from({ length: last - first + 1 }, () => index),
      ),
      criterion,
      minReturns,
      isSame: digestOf(sorted(start)) === digestOf(sorted(rule.return)),
      isGroupKept: group !== undefined && rule.breakdownOn === 'both',
    },
  };
}

/** The same runs or events are the same in whatever order their names and statuses stand. */
const sorted = ({ names, statuses, ...rest }: EventSelector): EventSelector => ({
  ...rest,
  names: names === 'any' ? names : [...new Set(names)].toSorted(),
  statuses: statuses && [...new Set(statuses)].toSorted(),
});

/** Columns of the table of a rule. */
export function toColumns({ periods, brackets }: RetentionRule): RetentionColumn[] {
  const widths = brackets ?? Array.from({ length: periods }, () => 1);
  const columns: RetentionColumn[] = [{ first: 0, last: 0 }];
  for (const width of widths) {
    const first = (columns.at(-1)?.last ?? 0) + 1;
    columns.push({ first, last: first + width - 1 });
  }
  return columns;
}

function risingWarnings(
  { criterion }: RetentionRule,
  series: readonly RetentionSeries[],
): string[] {
  const rising =
    criterion === 'on_or_after'
      ? series
          .flatMap(({ cohorts }) => cohorts)
          .filter((cohort) => cohort.size > 0 && cohort.complete && !isSettled(cohort))
      : [];
  if (rising.length === 0) return [];
  return [
    `With on_or_after later returns raise every column before them: ${String(rising.length)} of the cohorts may still rise, and are in no mean until their last column is over.`,
  ];
}

function historyWarnings(
  { occurrence }: RetentionRule,
  { facts: { removedBefore } }: Pick<Answer<unknown>, 'facts'>,
): string[] {
  if (occurrence === 'any' || removedBefore === null) return [];
  return [
    `The first start is the first since ${sayInstant(removedBefore)}: who started before then counts as new at the next start.`,
  ];
}
