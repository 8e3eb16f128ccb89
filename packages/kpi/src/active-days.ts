/** Daily, 7-day and 28-day active units, and how they stand to each other. */
import type { ActivityRow, Reader } from '@heartwood/store';
import { isKept } from './facts.ts';
import { askActivity, type ActivityRequest, type Asked, type Asking } from './activity.ts';
import { msToInstant } from './instant.ts';
import { createGrid, INTERVAL_MS, type Bucket, type Grid } from './interval.ts';
import { isComplete, type Window } from './window.ts';

/** Active units of a day, and of the 7 and 28 days that end with it. */
export interface ActiveDay {
  readonly start: string;
  readonly end: string;
  /** False while more may arrive, where the range ends in it, and where its 28 days are not kept whole. */
  readonly complete: boolean;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
  /** Mean of the daily numbers of 28 days to `mau`; null where nobody was active, and for a day that is not complete. */
  readonly dauMau: number | null;
}

/** As of the last day of the range that is over; null where there is none, nobody was active, or the 7 or 28 days are not kept whole. */
export interface ActiveRatios {
  /** Its start; null where its 7 days are not kept whole. */
  readonly day: string | null;
  /** Mean of the daily numbers of 7 days to `wau`. */
  readonly dauWau: number | null;
  /** Mean of the daily numbers of 28 days to `mau`. */
  readonly dauMau: number | null;
  readonly wauMau: number | null;
  /** Share of those active in 7 days who were so on 5 of them or more. */
  readonly fiveOfSeven: number | null;
}

/** Days of a range and the ratios of the last one that is over. */
export interface ActiveDays {
  readonly days: readonly ActiveDay[];
  readonly ratios: ActiveRatios;
  readonly asked: readonly Asked[];
}

const DAY_MS = INTERVAL_MS['1d'];
const WEEK = 7;
const MONTH = 28;
/** Days of a week that are many. */
export const MANY = 5;

/** Reads the days of a range, each taken whole; the 27 days before it count for the first ones. */
export async function readActiveDays(
  reader: Reader,
  window: Window,
  request: ActivityRequest,
): Promise<ActiveDays> {
  const { own, grid, before, fromMs: startMs } = toDayGrid(window);
  const trailing = await askActivity(reader, request, {
    ...grid,
    name: 'active by day',
    fromMs: startMs,
    toMs: window.toMs,
    measure: { kind: 'trailing', spans: [1, WEEK, MONTH] },
  });
  const numbers = new Numbers(trailing.rows);
  const { facts } = trailing.answer;
  const days = own.map((bucket, index) => {
    const at = index + before;
    const complete =
      isWhole(bucket.endMs, window) &&
      isKept(facts, grid.buckets[at - MONTH + 1]?.startMs ?? startMs);
    return toDay({ ...bucket, complete }, at, numbers);
  });
  // The last one has the most days before it that are kept.
  const last = own.findLastIndex(({ endMs }) => isWhole(endMs, window));
  const at = last + before;
  const isWeekKept = isKept(facts, grid.buckets[at - WEEK + 1]?.startMs ?? startMs);
  if (last < 0 || !isWeekKept) return { days, ratios: NO_RATIOS, asked: [trailing] };

  const { asOf } = trailing.answer;
  const week = { ...weekOf(window, grid.buckets, at), asOf };
  const spread = await askActivity(reader, { ...request, by: undefined }, week);
  const [wau, mau] = [numbers.of(WEEK, at), numbers.of(MONTH, at)];
  const isMonthKept = days[last]?.complete === true;
  const ratios = {
    day: days[last]?.start ?? null,
    dauWau: over(numbers.meanOfDays(at, WEEK), wau),
    dauMau: isMonthKept ? over(numbers.meanOfDays(at, MONTH), mau) : null,
    wauMau: isMonthKept ? over(wau, mau) : null,
    fiveOfSeven: over(activeOn(MANY, spread.rows), wau),
  };
  return { days, ratios, asked: [trailing, spread] };
}

/** On how many days each was active, of the 7 that end with the last complete one of a window; undefined where there is none. */
export function toLastWeek(window: Window): Asking | undefined {
  const { own, grid, before } = toDayGrid(window);
  const last = own.findLastIndex(({ endMs }) => isWhole(endMs, window));
  return last < 0 ? undefined : weekOf(window, grid.buckets, last + before);
}

/** Days of a range, and with the 27 before it, which begin at `fromMs`. */
export function toDayGrid(window: Window): {
  own: readonly Bucket[];
  grid: Grid;
  before: number;
  fromMs: number;
} {
  const own = createGrid(window, '1d').buckets;
  const firstMs = own[0]?.startMs ?? window.fromMs;
  // Half a day more than 27, so that a day of 25 hours leaves none out.
  const grid = createGrid({ ...window, fromMs: firstMs - (MONTH - 0.5) * DAY_MS }, '1d');
  const before = grid.buckets.length - own.length;
  return { own, grid, before, fromMs: grid.buckets[0]?.startMs ?? firstMs };
}

/** The question about the 7 days that end with one of the buckets. */
function weekOf(window: Window, buckets: readonly Bucket[], at: number): Asking {
  const week = buckets.slice(at - WEEK + 1, at + 1);
  const fromMs = week.at(0)?.startMs ?? window.fromMs;
  const toMs = week.at(-1)?.endMs ?? window.toMs;
  const grid = createGrid({ ...window, fromMs, toMs }, '1d');
  const name = 'days of each in the last 7';
  return { ...grid, name, fromMs, toMs, measure: { kind: 'spread' } };
}

const isWhole = (endMs: number, window: Window): boolean =>
  endMs <= window.toMs && isComplete(endMs, window);

const NO_RATIOS: ActiveRatios = {
  day: null,
  dauWau: null,
  dauMau: null,
  wauMau: null,
  fiveOfSeven: null,
};

/** Trailing numbers by span and bucket. */
class Numbers {
  readonly #actors = new Map<string, number>();

  constructor(rows: readonly ActivityRow[]) {
    for (const { span, at, actors } of rows)
      this.#actors.set(`${String(span)} ${String(at)}`, actors);
  }

  of(span: number, at: number): number {
    return this.#actors.get(`${String(span)} ${String(at)}`) ?? 0;
  }

  meanOfDays(at: number, count: number): number {
    let sum = 0;
    for (let day = at - count + 1; day <= at; day++) sum += this.of(1, day);
    return sum / count;
  }
}

function toDay({ startMs, endMs, complete }: Bucket, at: number, numbers: Numbers): ActiveDay {
  const mau = numbers.of(MONTH, at);
  return {
    start: msToInstant(startMs),
    end: msToInstant(endMs),
    complete,
    dau: numbers.of(1, at),
    wau: numbers.of(WEEK, at),
    mau,
    // What has come of a day so far may not lower a mean.
    dauMau: complete ? over(numbers.meanOfDays(at, MONTH), mau) : null,
  };
}

/** Units that were active on so many days or more. */
export function activeOn(days: number, rows: readonly ActivityRow[]): number {
  return rows
    .filter(({ part, at }) => part === 'intervals' && at >= days)
    .reduce((sum, { actors }) => sum + actors, 0);
}

const over = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
