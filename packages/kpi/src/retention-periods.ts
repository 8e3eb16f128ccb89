/** Periods of a retention table: hours, days, weeks and months of a zone, past the end of the window too. */
import { QuestionError } from './errors.ts';
import { toEdge, toSlots, type Bucket, type Grid, type Interval } from './interval.ts';
import { floorWeek } from './time-zone.ts';
import { isComplete, type Window } from './window.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Length of a period where it is counted from each one's own start on; a month is 30 days. */
export const PERIOD_MS = {
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
} as const;

/** Name of a period. */
export type Period = keyof typeof PERIOD_MS;

/** How long one of the calendar may be, but for the hour by which a clock is changed. */
export const LONGEST_PERIOD_MS = { ...PERIOD_MS, month: 31 * DAY_MS } as const;

/** The interval whose buckets are the periods of the calendar. */
export const PERIOD_INTERVALS = {
  hour: '1h',
  day: '1d',
  week: '1w',
  month: '1mo',
} as const satisfies Record<Period, Interval>;

/** A window cut into periods, with those that follow it. */
export interface Periods extends Pick<Grid, 'origin' | 'width' | 'slots'> {
  /** Those of the window; a period that sticks out of it is not complete. */
  readonly cohorts: readonly Bucket[];
  /** Start of every period and, last, the end of the last one; more than cohorts by what follows and one. */
  readonly edges: readonly number[];
}

/** Most periods of one table. */
export const MAX_PERIODS = 2000;

/** Cuts a window. Rejects more than 2000 periods with `RETENTION_TOO_LARGE`. */
export function cutPeriods(window: Window, period: Period, following: number): Periods {
  const { fromMs, toMs } = window;
  const next = stepper(window, period);
  const edges = [next(0)];
  const last = (): number => edges.at(-1) ?? toMs;
  let inside = 0;
  for (let step = 1; edges.length <= inside + following || last() < toMs; step++) {
    if (step > MAX_PERIODS)
      throw new QuestionError('RETENTION_TOO_LARGE', 'period', {
        what: `more than ${String(MAX_PERIODS)} periods`,
      });
    const edge = next(step);
    if (edge <= last()) continue;
    if (last() < toMs) inside++;
    edges.push(edge);
  }
  const all = edges.slice(1).map((endMs, index) => ({ startMs: edges[index] ?? endMs, endMs }));
  const cohorts = all.slice(0, inside).map(({ startMs, endMs }): Bucket => {
    const isWhole = startMs >= fromMs && endMs <= toMs;
    return { startMs, endMs, complete: isWhole && isComplete(endMs, window) };
  });
  return { cohorts, edges, ...toSlots(all.map((one) => ({ ...one, complete: false }))) };
}

/** The start of the period that many after the one in which the window starts. */
function stepper({ fromMs, zone }: Window, period: Period): (step: number) => number {
  const wall = zone.toWall(fromMs);
  if (period === 'hour') {
    const first = fromMs - floorMod(wall, HOUR_MS);
    return (step) => first + step * HOUR_MS;
  }
  if (period === 'month') {
    const date = new Date(wall);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return (step) => toEdge(zone, Date.UTC(year, month + step, 1));
  }
  const length = PERIOD_MS[period];
  const first = period === 'week' ? floorWeek(zone, wall) : wall - floorMod(wall, length);
  return (step) => toEdge(zone, first + step * length);
}

const floorMod = (value: number, by: number): number => ((value % by) + by) % by;
