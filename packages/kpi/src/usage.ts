/** Usage over time: the numbers of runs per bucket, in one series or split by a word. */
import type { QueryParams, QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { createGrid, createWhole, type Bucket, type Grid, type Interval } from './interval.ts';
import { msToInstant, nsToMs } from './instant.ts';
import { checkNames } from './name.ts';
import { canCountHours, readRemoved, removedWarnings } from './removed.ts';
import {
  NO_RUNS,
  toRunNumbers,
  toRunParams,
  warningsOf,
  type RunFilter,
  type RunNumbers,
} from './run.ts';
import { BUCKETS_WARNING, DAY_NS, readWholeDays, type WholeDays } from './whole-days.ts';
import type { Window } from './window.ts';

/** What runs can be split by. */
export type UsageSplit = 'feature' | 'category' | 'component' | 'status';

/** Group of what is beyond the top. */
const GROUP_OTHER = '$other';
/** Group of runs without a value. */
const GROUP_NONE = '$none';

/** Numbers of one bucket. */
export interface UsagePoint extends RunNumbers {
  readonly start: string;
  readonly end: string;
  readonly complete: boolean;
}

/** One line of a chart; zero-filled, oldest first. */
export interface UsageSeries {
  readonly group: string | null;
  readonly runs: number;
  readonly points: UsagePoint[];
}

/** How usage is cut. */
export interface UsageOptions extends ReadOptions {
  readonly interval: Interval | 'auto';
  readonly by?: UsageSplit | undefined;
  /** How many groups before the rest becomes one. */
  readonly top: number;
}

/** Series of numbers and the length of their buckets. */
export interface Usage {
  readonly interval: Interval;
  readonly series: UsageSeries[];
  readonly warnings: string[];
}

/** Reads usage over time; without a split exactly one series, also when nothing ran. Rejects unknown names. */
export async function readUsage(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  { interval, by, top, ...options }: UsageOptions,
): Promise<Usage> {
  const grid = createGrid(window, interval);
  const { rows, warnings, missingUntilMs } = await readSeries(
    reader,
    window,
    filter,
    { grid, by, top },
    options,
  );
  if (rows.length === 0) await checkNames(reader, { ...filter }, options);
  const buckets = grid.buckets.map((bucket) => ({
    ...bucket,
    complete: bucket.complete && bucket.startMs >= missingUntilMs,
  }));
  return { interval: grid.interval, series: toSeries(rows, buckets, by), warnings };
}

/** The numbers of all runs together. */
export interface Totals extends RunNumbers {
  readonly features: number;
}

/** Reads the numbers of all runs of a window together. Rejects unknown names. */
export async function readTotals(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  options: ReadOptions = {},
): Promise<{ totals: Totals; warnings: string[] }> {
  const runParams = toRunParams(window, filter);
  const cut = { grid: createWhole(window), by: undefined, top: 1 };
  const [{ rows, warnings }, counted] = await Promise.all([
    readSeries(reader, window, filter, cut, options),
    reader.read('feature/count', runParams, options),
  ]);
  if (rows.length === 0) await checkNames(reader, { ...filter }, options);
  const [row] = rows;
  const numbers = row === undefined ? NO_RUNS : toRunNumbers(row);
  return { totals: { features: counted[0]?.features ?? 0, ...numbers }, warnings };
}

/** Slots as the questions that cut time take them. */
export function toSlotParams({ origin, width, slots }: Pick<Grid, 'origin' | 'width' | 'slots'>): {
  origin: bigint;
  width: bigint;
  buckets: readonly string[];
} {
  return { origin, width, buckets: slots };
}

type SeriesRow = QueryRow<'run/series'>;

/** How runs are put into groups and buckets. */
interface Cut {
  readonly grid: Pick<Grid, 'origin' | 'width' | 'slots'>;
  readonly by: UsageSplit | undefined;
  readonly top: number;
}

/**
 * Numbers from the raw runs; where some have been removed, from the roll-ups, or those of the rest with a warning. Where
 * there are very many, whole days come as they are added up.
 */
async function readSeries(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  { grid, by, top }: Cut,
  options: ReadOptions,
): Promise<{ rows: readonly SeriesRow[]; warnings: string[]; missingUntilMs: number }> {
  const removed = await readRemoved(reader, window, filter, options);
  const byHours = canCountHours(filter, grid);
  const { service, ...rolled } = toRunParams(window, filter);
  const params = { ...rolled, ...toSlotParams(grid), by, top };
  /** The same cut of a part of the range. */
  const readPart = (from: bigint, to: bigint): Promise<readonly SeriesRow[]> =>
    from >= to
      ? Promise.resolve([])
      : removed.inWholeHours && byHours
        ? reader.read('run/hours', { ...params, from, to }, options)
        : reader.read('run/series', { ...params, service, from, to }, options);
  const days =
    by === undefined && isOfDays(grid)
      ? await readWholeDays(reader, window, filter, options)
      : undefined;
  const rows =
    days === undefined
      ? await readPart(params.from, params.to)
      : (
          await Promise.all([
            readPart(params.from, BigInt(days.fromDay) * DAY_NS),
            readDays(reader, params, days, options),
            readPart(BigInt(days.toDay) * DAY_NS, params.to),
          ])
        ).flat();
  const isMissing = !byHours && (removed.inWholeHours || removed.inCutHours);
  return {
    rows,
    warnings: [
      ...warningsOf(rows),
      ...(days === undefined ? [] : [BUCKETS_WARNING]),
      ...removedWarnings(removed, byHours, rows),
    ],
    missingUntilMs: isMissing ? nsToMs(removed.sinceNs) : Number.NEGATIVE_INFINITY,
  };
}

/** Whether each slot is a day (UTC) and a bucket of its own. */
const isOfDays = ({ origin, width, slots }: Cut['grid']): boolean =>
  width === DAY_NS &&
  origin % DAY_NS === 0n &&
  slots.every((slot, index) => slot === String(index));

/** One series of days that the store has added up. */
async function readDays(
  reader: Reader,
  { feature, origin }: Pick<QueryParams<'run/series'>, 'feature' | 'origin'>,
  { fromDay, toDay }: WholeDays,
  options: ReadOptions,
): Promise<readonly SeriesRow[]> {
  const rows = await reader.read('day/series', { fromDay, toDay, feature }, options);
  const first = Number(origin / DAY_NS);
  return rows.map(({ day, ...row }) => ({ ...row, bucket: day - first, rank: 1, value: null }));
}

function toSeries(
  rows: readonly SeriesRow[],
  buckets: readonly Bucket[],
  by: UsageSplit | undefined,
): UsageSeries[] {
  if (by === undefined) return [toOneSeries(null, rows, buckets)];
  const groups = new Map<number | null, SeriesRow[]>();
  for (const row of rows) groups.set(row.rank, [...(groups.get(row.rank) ?? []), row]);
  return [...groups].map(([rank, members]) => {
    const group = rank === null ? GROUP_OTHER : (members[0]?.value ?? GROUP_NONE);
    return toOneSeries(group, members, buckets);
  });
}

function toOneSeries(
  group: string | null,
  rows: readonly SeriesRow[],
  buckets: readonly Bucket[],
): UsageSeries {
  const byBucket = new Map(rows.map((row) => [row.bucket, row]));
  const points = buckets.map(({ startMs, endMs, complete }, index): UsagePoint => {
    const row = byBucket.get(index);
    return {
      start: msToInstant(startMs),
      end: msToInstant(endMs),
      complete,
      ...(row === undefined ? NO_RUNS : toRunNumbers(row)),
    };
  });
  return { group, runs: rows.reduce((sum, row) => sum + row.runs, 0), points };
}
