/** Buckets: cutting a window into equal pieces of clock time; days, weeks and months are as long as in its zone. */
import { INTERVALS, type Interval } from '@heartwood/semconv';
import { QuestionError } from './errors.ts';
import { floorWeek, type TimeZone } from './time-zone.ts';
import { isComplete, type Window } from './window.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long a bucket is, milliseconds. */
export const INTERVAL_MS = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '30m': 30 * MINUTE_MS,
  '1h': HOUR_MS,
  '3h': 3 * HOUR_MS,
  '6h': 6 * HOUR_MS,
  '12h': 12 * HOUR_MS,
  '1d': DAY_MS,
  '1w': 7 * DAY_MS,
  /** The shortest; months are those of the calendar. */
  '1mo': 28 * DAY_MS,
} as const satisfies Readonly<Record<Interval, number>>;

export type { Interval };

/** Most buckets that one question may ask for. */
const MAX_BUCKETS = 2000;
/** Most buckets that `auto` gives; enough for a chart, few enough to see. */
const AUTO_BUCKETS = 100;

/** One piece of a window. */
export interface Bucket {
  readonly startMs: number;
  readonly endMs: number;
  /** False when it sticks out of the window or when runs may still arrive. */
  readonly complete: boolean;
}

/** A window cut into buckets, and the slots of equal width by which a store finds the bucket of a moment. */
export interface Grid {
  readonly interval: Interval;
  readonly buckets: readonly Bucket[];
  /** Start of the first slot, ns. */
  readonly origin: bigint;
  /** Length of a slot, ns. */
  readonly width: bigint;
  /** Bucket of each slot. */
  readonly slots: readonly string[];
}

/** Cuts a window; `auto` takes the shortest length that gives at most `autoBuckets`. */
export function createGrid(
  window: Window,
  interval: Interval | 'auto',
  autoBuckets: number = AUTO_BUCKETS,
): Grid {
  const chosen = interval === 'auto' ? chooseInterval(window, autoBuckets) : interval;
  const edges = cut(window, chosen);
  const buckets = edges.slice(1).map((endMs, index): Bucket => {
    const startMs = edges[index] ?? endMs;
    const inside = startMs >= window.fromMs && endMs <= window.toMs;
    return { startMs, endMs, complete: inside && isComplete(endMs, window) };
  });
  return { interval: chosen, buckets, ...toSlots(buckets) };
}

/** The whole window as one bucket, for numbers that are not cut. */
export function createWhole(window: Window): Pick<Grid, 'origin' | 'width' | 'slots'> {
  return {
    origin: BigInt(window.fromMs) * 1_000_000n,
    width: BigInt(window.toMs - window.fromMs) * 1_000_000n,
    slots: ['0'],
  };
}

function chooseInterval(window: Window, most: number): Interval {
  const lengthMs = window.toMs - window.fromMs;
  const fits = INTERVALS.find((name) => lengthMs / INTERVAL_MS[name] <= most);
  return fits ?? '1mo';
}

function cut(window: Window, interval: Interval): number[] {
  const lengthMs = INTERVAL_MS[interval];
  const count = Math.ceil((window.toMs - window.fromMs) / lengthMs);
  if (count > MAX_BUCKETS) {
    const remedy = chooseInterval(window, MAX_BUCKETS);
    throw new QuestionError('INTERVAL_TOO_FINE', 'interval', {
      value: interval,
      count,
      limit: MAX_BUCKETS,
      remedy,
    });
  }
  if (interval === '1mo') return cutMonths(window);
  return lengthMs > HOUR_MS ? cutWall(window, lengthMs) : cutPlain(window, lengthMs);
}

/** Up to an hour: equal lengths, aligned to the clock of the zone at the start of the window. */
function cutPlain({ fromMs, toMs, zone }: Window, lengthMs: number): number[] {
  const first = fromMs - floorMod(zone.toWall(fromMs), lengthMs);
  const edges = [first];
  for (let edge = first; edge < toMs;) edges.push((edge += lengthMs));
  return edges;
}

/** Beyond an hour: steps of the wall clock, so that a day stays a day when the clock is changed. */
function cutWall({ fromMs, toMs, zone }: Window, lengthMs: number): number[] {
  const start = zone.toWall(fromMs);
  let wall =
    lengthMs === INTERVAL_MS['1w'] ? floorWeek(zone, start) : start - floorMod(start, lengthMs);
  const edges = [toEdge(zone, wall)];
  while (last(edges) < toMs) {
    wall += lengthMs;
    const edge = toEdge(zone, wall);
    if (edge > last(edges)) edges.push(edge);
  }
  return edges;
}

function cutMonths({ fromMs, toMs, zone }: Window): number[] {
  const start = new Date(zone.toWall(fromMs));
  const edgeOf = (month: number): number =>
    toEdge(zone, Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1));
  const edges = [edgeOf(0)];
  for (let month = 1; last(edges) < toMs; month++) edges.push(edgeOf(month));
  return edges;
}

/**
 * The moment, cut to five minutes: all offsets since 1970 are whole ones but Liberia's before 1972, which would make
 * slots of 30 s, five million for the longest window.
 */
export function toEdge(zone: TimeZone, wallMs: number): number {
  const edge = zone.fromWall(wallMs);
  return edge - floorMod(edge, 5 * MINUTE_MS);
}

/** Slots as wide as the greatest common divisor of the buckets: 1 a bucket unless days differ in length. */
export function toSlots(buckets: readonly Bucket[]): Pick<Grid, 'origin' | 'width' | 'slots'> {
  const lengths = buckets.map(({ startMs, endMs }) => endMs - startMs);
  const widthMs = lengths.reduce(gcd, 0);
  return {
    origin: BigInt(buckets[0]?.startMs ?? 0) * 1_000_000n,
    width: BigInt(widthMs) * 1_000_000n,
    slots: lengths.flatMap((length, index) =>
      Array.from({ length: length / widthMs }, () => String(index)),
    ),
  };
}

const floorMod = (value: number, by: number): number => ((value % by) + by) % by;
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const last = (edges: readonly number[]): number => edges.at(-1) ?? Number.POSITIVE_INFINITY;
