/** How a range in slots is cut into what roll-ups have added up: whole days (UTC), whole hours, and parts of hours. */
import type { EligibleEvents } from './eligible-events.ts';
import type { Slots } from './unit.ts';
import type { Writer } from './writer.ts';

export const HOUR_NS = 3_600_000_000_000n;
export const DAY_NS = 86_400_000_000_000n;
const DAY_HOURS = 24n;

/** From the first until before the second. */
export type Range = readonly [bigint, bigint];

/** What a range is made of; no hour and no day is of two buckets. */
export interface SummedRanges {
  /** Hours since 1970; those of whole days too. */
  readonly hours: readonly Range[];
  /** Days since 1970. */
  readonly days: readonly Range[];
  /** Hours that are of no whole day. */
  readonly loose: readonly Range[];
  /** Nanoseconds since 1970 that are of no whole hour. */
  readonly cut: readonly Range[];
}

/** More would make a statement that takes longer to plan than to run. */
const MOST_RANGES = 8;

/** Undefined where the slots cut too many hours for sums to help. */
export function toSummedRanges(
  { from, to }: Pick<EligibleEvents, 'from' | 'to'>,
  slots: Slots,
): SummedRanges | undefined {
  const [hours, days, loose, cut]: [Range[], Range[], Range[], Range[]] = [[], [], [], []];
  for (const [start, end] of stretchesOf(slots)) {
    const [first, last] = [start > from ? start : from, end < to ? end : to];
    if (first >= last) continue;
    const whole = inside([first, last], HOUR_NS);
    if (whole === undefined) {
      add(cut, [first, last]);
      continue;
    }
    add(cut, [first, whole[0] * HOUR_NS]);
    add(cut, [whole[1] * HOUR_NS, last]);
    add(hours, whole);
    const day = inside(whole, DAY_HOURS);
    if (day === undefined) add(loose, whole);
    else {
      add(loose, [whole[0], day[0] * DAY_HOURS]);
      add(days, day);
      add(loose, [day[1] * DAY_HOURS, whole[1]]);
    }
    if ([hours, days, loose, cut].some(({ length }) => length > MOST_RANGES)) return undefined;
  }
  return hours.length === 0 ? undefined : { hours, days, loose, cut };
}

/** Gives the bucket of a time, as SQL of nanoseconds. */
export function bucketSql(
  writer: Writer,
  { origin, width, buckets }: Slots,
): (ns: string) => string {
  const list = `(${writer.param('texts', buckets)})::INTEGER[]`;
  const [first, length] = [writer.param('ns', origin), writer.param('ns', width)];
  return (ns) => `list_extract(${list}, 1 + (${ns} - ${first}) // ${length})`;
}

/** Whether a column of hours or days lies in any of these ranges; beside wider numbers DuckDB casts the column and reads all of the table. */
export function inRanges(writer: Writer, column: string, ranges: readonly Range[]): string {
  const int = (value: bigint): string =>
    `(${writer.param('int', Math.max(0, Number(value)))})::UINTEGER`;
  const each = ranges.map(([from, to]) => `${column} >= ${int(from)} AND ${column} < ${int(to)}`);
  return each.length === 0 ? 'false' : `(${each.join(' OR ')})`;
}

/** The longest stretches of one bucket each. */
function* stretchesOf({ origin, width, buckets }: Slots): Generator<Range> {
  let first = 0;
  for (let next = 1; next <= buckets.length; next++) {
    if (next < buckets.length && buckets[next] === buckets[first]) continue;
    yield [origin + BigInt(first) * width, origin + BigInt(next) * width];
    first = next;
  }
}

/** The whole units within a range. */
function inside([from, to]: Range, unit: bigint): Range | undefined {
  const [first, end] = [(from + unit - 1n) / unit, to / unit];
  return first < end ? [first, end] : undefined;
}

/** Ranges that touch become one. */
function add(ranges: Range[], range: Range): void {
  if (range[0] >= range[1]) return;
  const last = ranges.at(-1);
  if (last?.[1] === range[0]) ranges[ranges.length - 1] = [last[0], range[1]];
  else ranges.push(range);
}
