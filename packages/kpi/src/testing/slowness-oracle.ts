/** What the cost of slowness must be, by plain loops over arrays; shares no code with the program. */
import type { SlownessCell, SlownessQuestion, SlownessRow } from '@heartwood/store';
import { oracleRows, oracleUnit, type OracleRow } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

interface Entry {
  readonly unit: string;
  readonly bucket: number;
  readonly isSlow: boolean;
  readonly isMature: boolean;
  readonly hasReturned: boolean;
}

/** Both sides, the slow one first. */
export function oracleSlowness(world: EventWorld, question: SlownessQuestion): SlownessRow[] {
  const { entries, threshold } = entriesOf(world, question);
  return ([true, false] as const).flatMap((isSlow): SlownessRow[] => {
    const own = entries.filter((entry) => entry.isSlow === isSlow);
    if (own.length === 0) return [];
    const mature = own.filter((entry) => entry.isMature);
    return [
      {
        side: isSlow ? 'slow' : 'fast',
        actors: new Set(mature.map(({ unit }) => unit)).size,
        mature: mature.length,
        returned: mature.filter(({ hasReturned }) => hasReturned).length,
        immature: own.length - mature.length,
        thresholdNs: threshold,
      },
    ];
  });
}

/** Units and days that a number counts, sorted. */
export function oracleSlowDays(
  world: EventWorld,
  question: SlownessQuestion,
  { side, outcome }: SlownessCell,
): string[] {
  return entriesOf(world, question)
    .entries.filter(({ isSlow, isMature, hasReturned }) => {
      if (isSlow !== (side === 'slow')) return false;
      if (outcome === 'immature') return !isMature;
      return isMature && (outcome === 'mature' || hasReturned === (outcome === 'returned'));
    })
    .map(({ unit, bucket }) => `${unit} ${String(bucket)}`)
    .toSorted();
}

function entriesOf(
  world: EventWorld,
  question: SlownessQuestion,
): { entries: Entry[]; threshold: number | null } {
  const { events, judged, slots, horizonNs, matureNs } = question;
  const rows = oracleRows(world, events);
  const bucketOf = ({ timeNs }: OracleRow): number =>
    Number(slots.buckets[Number((timeNs - slots.origin) / slots.width)]);
  const runs = rows.filter(
    (row) =>
      row.matched.has(0) &&
      row.timeNs >= judged.from &&
      row.timeNs < judged.to &&
      'durationNs' in row.source &&
      !row.source.negative,
  );
  const durationOf = (row: OracleRow): number =>
    'durationNs' in row.source ? Number(row.source.durationNs) : 0;
  const sorted = runs.map(durationOf).toSorted((a, b) => a - b);
  const rank = 0.75 * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)] ?? 0, sorted[Math.ceil(rank)] ?? 0];
  const isTold = events.selectors.length > 2;
  const threshold = isTold || sorted.length === 0 ? null : low + (high - low) * (rank % 1);
  const isSlow = (row: OracleRow): boolean =>
    isTold ? row.matched.has(2) : durationOf(row) > (threshold ?? Infinity);

  const days = new Map<string, OracleRow[]>();
  for (const row of runs) {
    const unit = oracleUnit(row, events.unit);
    if (unit === null) continue;
    const key = JSON.stringify([unit, bucketOf(row)]);
    days.set(key, [...(days.get(key) ?? []), row]);
  }
  const entries = [...days].map(([key, own]): Entry => {
    const [unit, bucket] = JSON.parse(key) as [string, number];
    const slow = own.filter(isSlow);
    const times = (slow.length > 0 ? slow : own).map(({ timeNs }) => timeNs);
    const start = times.reduce((a, b) => (a < b ? a : b));
    const hasReturned = rows.some(
      (row) =>
        row.matched.has(1) &&
        oracleUnit(row, events.unit) === unit &&
        bucketOf(row) > bucket &&
        row.timeNs <= start + horizonNs,
    );
    return {
      unit,
      bucket,
      isSlow: slow.length > 0,
      isMature: start + horizonNs <= matureNs,
      hasReturned,
    };
  });
  return { entries, threshold };
}
