/** The period that is checked and the same time of earlier weeks, on the clock of a zone. */
import type { WeekSlots } from '@heartwood/store';
import type { TimeZone } from '../time-zone.ts';

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

/** The period, and what it is compared with. */
export interface Weeks {
  readonly fromMs: number;
  readonly toMs: number;
  /** Start of the whole range, a week before the earliest one: what was seen by then has part in all of them. */
  readonly sinceMs: number;
  /** By week: where the same time begins; the first is the period itself. */
  readonly startsMs: readonly number[];
  readonly slots: WeekSlots;
}

/**
 * The day on the clock that ended last and to which nothing is expected to come any more, cut to quarters of an hour, and
 * the same time of `count` weeks before. Quarters of the period go by real time: 92 of them where the clock is put on, 100
 * where it is put back. An hour that a week lacks is compared with nothing, one that it has twice with the first.
 */
export function createWeeks(watermarkMs: number, zone: TimeZone, count: number): Weeks {
  const toMs = floor(watermarkMs);
  const fromMs = shift(zone, toMs, 1);
  const quarters = (toMs - fromMs) / QUARTER_MS;
  const startsMs = Array.from({ length: count + 1 }, (_, week) => shift(zone, fromMs, 7 * week));
  // Without earlier weeks there is nothing to have part in.
  const sinceMs = count === 0 ? fromMs : shift(zone, fromMs, 7 * (count + 1));
  const labels = Array.from<string>({ length: (toMs - sinceMs) / QUARTER_MS }).fill('-1');
  for (let week = 0; week <= count; week++)
    for (let quarter = 0; quarter < quarters; quarter++) {
      const atMs = fromMs + quarter * QUARTER_MS;
      const placeMs = shift(zone, atMs, 7 * week);
      const place = (placeMs - sinceMs) / QUARTER_MS;
      // A reading that the clock skipped lies nowhere, not where it went on.
      const isThere = zone.toWall(placeMs) === zone.toWall(atMs) - 7 * week * DAY_MS;
      if (isThere && labels[place] === '-1') labels[place] = String(week * quarters + quarter);
    }
  const [origin, width] = [BigInt(sinceMs) * 1_000_000n, BigInt(QUARTER_MS) * 1_000_000n];
  return { fromMs, toMs, sinceMs, startsMs, slots: { origin, width, labels, quarters } };
}

/** Where a slot of the period begins. */
export const quarterStart = ({ fromMs }: Weeks, quarter: number): number =>
  fromMs + quarter * QUARTER_MS;

/** Slots that a length of time has at least. */
export const quartersOf = (lengthMs: number): number =>
  Math.max(1, Math.ceil(lengthMs / QUARTER_MS));

/**
 * Earlier weeks that something has taken part in from their beginning: those that begin once it was first seen and from
 * when on nothing has been removed.
 */
export function pointsOf(
  weeks: Weeks,
  firstTime: string,
  removedBefore: bigint | null,
): readonly number[] {
  const since = BigInt(firstTime) > (removedBefore ?? 0n) ? BigInt(firstTime) : removedBefore;
  return weeks.startsMs.flatMap((startMs, week) =>
    week > 0 && BigInt(startMs) * 1_000_000n >= (since ?? 0n) ? [week] : [],
  );
}

/** The same time on the clock so many days before, cut to a quarter. */
const shift = (zone: TimeZone, atMs: number, days: number): number =>
  floor(days === 0 ? atMs : zone.fromWall(zone.toWall(atMs) - days * DAY_MS));

const floor = (ms: number): number => ms - (((ms % QUARTER_MS) + QUARTER_MS) % QUARTER_MS);
