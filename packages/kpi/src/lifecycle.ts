/** Lifecycle: who is new in an interval, who came back, after a pause or without one, and who stayed away. */
import type { ActivityPart, ActivityRow, Reader } from '@heartwood/store';
import { askActivity, byGroup, toActivityAnalytic, type ActivityRequest } from './activity.ts';
import type { Analytic } from './analytic.ts';
import { msToInstant, sayInstant } from './instant.ts';
import { createGrid, type Bucket, type Grid, type Interval } from './interval.ts';
import { isKept } from './facts.ts';
import { isComplete, type Window } from './window.ts';

/** One interval. Those active in it are new + returning + resurrecting. */
interface LifecyclePoint {
  readonly start: string;
  readonly end: string;
  /** False while more may arrive, where the range ends in it, and where it or the interval before is not kept. */
  readonly complete: boolean;
  /** Active for the first time ever. */
  readonly new: number;
  /** Active in the interval before too. */
  readonly returning: number;
  /** Active before, but not in the interval before. */
  readonly resurrecting: number;
  /** Active in the interval before, not in this one; zero or negative. */
  readonly dormant: number;
}

/** One group, or all. */
export interface LifecycleSeries {
  readonly group: string | null;
  readonly points: readonly LifecyclePoint[];
}

/** Lifecycle by interval. All stored history decides who is new; an interval that the range begins in is taken whole. */
export async function readLifecycle(
  reader: Reader,
  window: Window,
  request: ActivityRequest,
): Promise<Analytic<LifecycleSeries[]>> {
  const { interval } = request;
  const { buckets, grid } = toLifecycleGrid(window, interval);
  const asked = await askActivity(reader, request, {
    name: 'lifecycle',
    fromMs: 0,
    toMs: window.toMs,
    measure: { kind: 'lifecycle' },
    ...grid,
  });
  const { facts } = asked.answer;
  const own = buckets.map((bucket, index) => ({
    ...bucket,
    complete:
      bucket.endMs <= window.toMs &&
      isComplete(bucket.endMs, window) &&
      isKept(facts, grid.buckets[index]?.startMs ?? bucket.startMs),
  }));
  const data = byGroup(asked.rows, request).map(({ group, rows }) => ({
    group,
    points: own.map((bucket, index) => toPoint(bucket, index + 1, rows)),
  }));
  const { removedBefore } = facts;
  const warnings =
    removedBefore === null
      ? []
      : [
          `New means new since ${sayInstant(removedBefore)}: who was active before then and not since counts as new.`,
        ];
  return toActivityAnalytic(reader, window, request, data, {
    noun: 'lifecycle',
    sentence: `${request.unit}s by interval of ${interval}: new (first active ever), returning (active in the interval before too), resurrecting (active before, not in the interval before), dormant (active in the interval before only; negative)`,
    asked: [asked],
    n: asked.answer.facts.rows,
    warnings,
  });
}

/** Intervals of a range, and with the one before it. */
export function toLifecycleGrid(
  window: Window,
  interval: Interval,
): { buckets: readonly Bucket[]; grid: Grid } {
  const { buckets } = createGrid(window, interval);
  const firstMs = buckets[0]?.startMs ?? window.fromMs;
  return { buckets, grid: createGrid({ ...window, fromMs: firstMs - 1 }, interval) };
}

function toPoint(
  { startMs, endMs, complete }: Bucket,
  at: number,
  rows: readonly ActivityRow[],
): LifecyclePoint {
  const count = (part: ActivityPart): number =>
    rows.find((row) => row.at === at && row.part === part)?.actors ?? 0;
  return {
    start: msToInstant(startMs),
    end: msToInstant(endMs),
    complete,
    new: count('new'),
    returning: count('returning'),
    resurrecting: count('resurrecting'),
    dormant: 0 - count('dormant'),
  };
}
