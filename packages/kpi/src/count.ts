/** Counts over time: what selectors match, by bucket and group, and the members of each number. */
import type {
  Answer,
  Condition,
  CountCell,
  CountQuestion,
  CountRow,
  EventSelector,
  Group,
  Measure,
  MemberRow,
  Property,
  Reader,
  ReadOptions,
  Unit,
} from '@heartwood/store';
import { factWarnings, isKept } from './facts.ts';
import { msToInstant } from './instant.ts';
import { createGrid, createWhole, type Bucket, type Grid, type Interval } from './interval.ts';
import type { MemberPage } from './member.ts';
import { isComplete, toNs, type Window } from './window.ts';

/** What is counted, for whom and how it is cut. */
export interface CountRequest {
  readonly selectors: readonly EventSelector[];
  readonly unit: Unit;
  readonly scope?: Condition | undefined;
  readonly measures: readonly Measure[];
  /** `whole`: one bucket, the window. */
  readonly interval: Interval | 'auto' | 'whole';
  readonly group?: { readonly by: Property; readonly top: number } | undefined;
}

/** The values of one bucket, one a measure; counts are 0 where nothing matched, all other numbers null. */
export interface CountPoint {
  readonly start: string;
  readonly end: string;
  /** False where rows may still arrive, where the window cuts it, and where raw data of it is not kept. */
  readonly complete: boolean;
  /** Runs and events. */
  readonly rows: number;
  readonly values: readonly (number | null)[];
}

/** One group, or all without a breakdown; every bucket, oldest first. */
export interface CountSeries {
  readonly group: Group | null;
  readonly points: readonly CountPoint[];
}

/** Counts and what has to be known about them. */
export interface CountReport {
  /** Null for the whole window as one. */
  readonly interval: Interval | null;
  readonly series: readonly CountSeries[];
  readonly warnings: readonly string[];
  /** The store's answer: facts, what ran, and the `asOf` that members of these numbers need. */
  readonly answer: Omit<Answer<unknown>, 'rows'>;
}

/** Counts; without a breakdown exactly one series, also when nothing matched. */
export async function readCount(
  reader: Reader,
  window: Window,
  request: CountRequest,
  options: ReadOptions = {},
): Promise<CountReport> {
  const cut = cutWindow(window, request.interval);
  const { rows, ...answer } = await reader.ask(
    { ...toCountQuestion(window, request, cut), output: { kind: 'numbers' } } as const,
    options,
  );
  const warnings = factWarnings(answer.facts, request.unit);
  const buckets = cut.buckets.map((bucket) => ({
    ...bucket,
    complete: bucket.complete && isKept(answer.facts, bucket.startMs),
  }));
  return { interval: cut.interval, series: toSeries(rows, buckets, request), warnings, answer };
}

/** A page of those that a number counts; `asOf` of the report that it stands in, now without one. */
export async function readCountMembers(
  reader: Reader,
  window: Window,
  request: CountRequest,
  cell: CountCell,
  { asOf, after, limit }: MemberPage,
  options: ReadOptions = {},
): Promise<Answer<MemberRow>> {
  const cut = cutWindow(window, request.interval);
  const question = toCountQuestion(window, request, cut);
  return reader.ask(
    {
      ...question,
      events: { ...question.events, asOf },
      output: { kind: 'members', cell, after, limit },
    } as const,
    options,
  );
}

type Cut = Pick<Grid, 'origin' | 'width' | 'slots' | 'buckets'> & {
  readonly interval: Interval | null;
};

function cutWindow(window: Window, interval: CountRequest['interval']): Cut {
  if (interval !== 'whole') return createGrid(window, interval);
  const { fromMs: startMs, toMs: endMs } = window;
  const bucket = { startMs, endMs, complete: isComplete(endMs, window) };
  return { ...createWhole(window), interval: null, buckets: [bucket] };
}

function toCountQuestion(
  window: Window,
  { selectors, unit, scope, group, measures }: CountRequest,
  { origin, width, slots }: Cut,
): Omit<CountQuestion, 'output'> {
  return {
    kind: 'count',
    events: { ...toNs(window), selectors, keepOthers: false, unit, scope, group },
    slots: { origin, width, buckets: slots },
    measures,
  };
}

function toSeries(
  rows: readonly CountRow[],
  buckets: readonly Bucket[],
  { measures, group }: CountRequest,
): CountSeries[] {
  const nothing = measures.map(({ agg }) => (agg.startsWith('count') ? 0 : null));
  const series = new Map<string, { group: Group | null; rows: Map<number, CountRow> }>();
  if (group === undefined) series.set(JSON.stringify(null), { group: null, rows: new Map() });
  for (const row of rows) {
    const key = JSON.stringify(row.group);
    const own = series.get(key) ?? { group: row.group, rows: new Map<number, CountRow>() };
    own.rows.set(row.bucket, row);
    series.set(key, own);
  }
  return [...series.values()].map((own) => ({
    group: own.group,
    points: buckets.map(({ startMs, endMs, complete }, index) => {
      const row = own.rows.get(index);
      return {
        start: msToInstant(startMs),
        end: msToInstant(endMs),
        complete,
        rows: row?.rows ?? 0,
        values: row?.values ?? nothing,
      };
    }),
  }));
}
