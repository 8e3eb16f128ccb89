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
import { bucketsWarning, DAY_NS, readWholeDays, type WholeDays } from './whole-days.ts';
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
 * there are very many, from what days and hours add up to.
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
  // Hours of one day are told exactly, however many runs they have.
  const mayBeDays = grid.width > HOUR_NS || params.to - params.from > DAY_NS;
  const days =
    byHours && mayBeDays && (by === undefined || by === 'feature')
      ? await readWholeDays(reader, window, filter, options)
      : undefined;
  const isRemoved = removed.inWholeHours || removed.inCutHours;
  const ofDays =
    days !== undefined && isOfDays(grid) ? await readDays(reader, params, days, options) : [];
  // None of days that hold no longer.
  const rows =
    ofDays.length > 0
      ? ofDays
      : byHours && (days !== undefined || removed.inWholeHours)
        ? await reader.read('run/hours', params, options)
        : byHours && !isRemoved && isByFeature(filter, by)
          ? await readExactHours(reader, params, options)
          : await reader.read('run/series', { ...params, service }, options);
  const isMissing = !byHours && isRemoved;
  return {
    rows,
    warnings: [
      ...warningsOf(rows),
      ...(days === undefined ? [] : [bucketsWarning(reader)]),
      ...removedWarnings(removed, byHours, rows),
    ],
    missingUntilMs: isMissing ? nsToMs(removed.sinceNs) : Number.NEGATIVE_INFINITY,
  };
}

/** Whether nothing but features and statuses matters, which all roll-ups tell apart. */
const isByFeature = ({ category, component }: RunFilter, by: UsageSplit | undefined): boolean =>
  (category ?? component) === undefined && by !== 'category' && by !== 'component';

/** Numbers of which what adds up comes from the roll-up by hour, and the rest from hours that are kept or single runs. */
const readExactHours = (
  reader: Reader,
  { from, to, feature, status, origin, width, buckets, by, top }: QueryParams<'run/hours'>,
  options: ReadOptions,
): Promise<readonly SeriesRow[]> => {
  const params = { from, to, feature, status, origin, width, buckets, by, top };
  return reader.read('run/exact-hours', { ...params, ...toWholeHours(from, to) }, options);
};

function toWholeHours(from: bigint, to: bigint): { fromHour: number; toHour: number } {
  const first = Math.max(0, Number((from + HOUR_NS - 1n) / HOUR_NS));
  const fromHour = Math.min(first, LAST_HOUR);
  return { fromHour, toHour: Math.max(fromHour, Number(to / HOUR_NS)) };
}

/** In which the last moment lies that a time can say. */
const LAST_HOUR = 2_562_047;
const HOUR_NS = 3_600_000_000_000n;

/** Whether there is one bucket, or each slot is one and of whole days (UTC). */
const isOfDays = ({ origin, width, slots }: Cut['grid']): boolean =>
  slots.length === 1 ||
  (width % DAY_NS === 0n &&
    origin % DAY_NS === 0n &&
    slots.every((slot, index) => slot === String(index)));

/** From the days that the store has added up and what is beside them; by feature from whole days alone, none otherwise. */
async function readDays(
  reader: Reader,
  { from, to, feature, origin, width, by, top }: QueryParams<'run/hours'>,
  { fromDay, toDay, closed }: WholeDays,
  options: ReadOptions,
): Promise<readonly SeriesRow[]> {
  const isWhole = from === BigInt(fromDay) * DAY_NS && to === BigInt(toDay) * DAY_NS;
  const first = Number(origin / DAY_NS);
  if (!isWhole || width !== DAY_NS) {
    const range = { from, to, feature, fromDay, toDay, closed, origin, width };
    return by === undefined ? reader.read('day/range', range, options) : [];
  }
  if (by !== undefined) {
    const rows = await reader.read('day/split', { fromDay, toDay, feature, top }, options);
    return rows.map(({ day, ...row }) => ({ ...row, bucket: day - first }));
  }
  const rows = await reader.read('day/series', { fromDay, toDay, feature }, options);
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
