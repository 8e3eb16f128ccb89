/** Stickiness: in how many intervals of a range each one was active, and how daily use stands to weekly and monthly. */
import type { ActivityRow, EligibleFacts, Reader } from '@heartwood/store';
import { readActiveDays, type ActiveDay, type ActiveRatios } from './active-days.ts';
import { askActivity, byGroup, toActivityAnalytic, type ActivityRequest } from './activity.ts';
import type { Analytic } from './analytic.ts';
import { isKept } from './facts.ts';
import { msToInstant } from './instant.ts';
import { createGrid, type Bucket, type Interval } from './interval.ts';
import type { Window } from './window.ts';

/** Those active in so many intervals; shares are of all who were active, null where nobody was. */
interface StickinessStep {
  readonly intervals: number;
  readonly exactly: number;
  readonly exactlyShare: number | null;
  readonly atLeast: number;
  readonly atLeastShare: number | null;
}

/** One group, or all. */
interface StickinessSeries {
  readonly group: string | null;
  readonly actors: number;
  /** From 1 to the number of intervals. */
  readonly steps: readonly StickinessStep[];
}

/** Stickiness of a range. */
export interface StickinessReport {
  /** The complete intervals of the range, which the steps count; null where there is none. */
  readonly from: string | null;
  readonly to: string | null;
  readonly intervals: number;
  readonly series: readonly StickinessSeries[];
  readonly ratios: ActiveRatios;
  readonly days: readonly ActiveDay[];
}

/** Reads stickiness; intervals that are not complete are left out of the steps. */
export async function readStickiness(
  reader: Reader,
  window: Window,
  request: ActivityRequest,
): Promise<Analytic<StickinessReport>> {
  const { interval, unit } = request;
  const { days, ratios, asked } = await readActiveDays(reader, window, request);
  const { whole, fromMs, toMs } = toWholeIntervals(window, interval, asked[0]?.answer.facts);
  const counted =
    fromMs === undefined || toMs === undefined
      ? undefined
      : await askActivity(reader, request, {
          ...createGrid({ ...window, fromMs, toMs }, interval),
          name: 'intervals of each',
          fromMs,
          toMs,
          measure: { kind: 'spread' },
          asOf: asked[0]?.answer.asOf,
        });
  const series = byGroup(counted?.rows ?? [], request).map(({ group, rows }) =>
    toSeries(group, rows, whole.length),
  );
  const data: StickinessReport = {
    from: fromMs === undefined ? null : msToInstant(fromMs),
    to: toMs === undefined ? null : msToInstant(toMs),
    intervals: whole.length,
    series,
    ratios,
    days,
  };
  return toActivityAnalytic(reader, window, request, data, {
    noun: 'stickiness',
    sentence: `${unit}s by the number of complete intervals of ${interval} in which they were active; daily, 7-day and 28-day active ${unit}s, with ratios of the last day that is over`,
    asked: [...asked, ...(counted === undefined ? [] : [counted])],
    n: counted?.answer.facts.rows ?? 0,
    warnings:
      whole.length === 0
        ? ['No interval of this range is complete: nothing is counted by intervals.']
        : [],
  });
}

/** Complete intervals of a range that are kept whole; they lie beside each other. No bounds where there is none. */
export function toWholeIntervals(
  window: Window,
  interval: Interval,
  facts: Pick<EligibleFacts, 'removedBefore'> = { removedBefore: null },
): { whole: readonly Bucket[]; fromMs: number | undefined; toMs: number | undefined } {
  const whole = createGrid(window, interval).buckets.filter(
    ({ startMs, complete }) => complete && isKept(facts, startMs),
  );
  return { whole, fromMs: whole[0]?.startMs, toMs: whole.at(-1)?.endMs };
}

function toSeries(
  group: string | null,
  rows: readonly ActivityRow[],
  intervals: number,
): StickinessSeries {
  const counts = new Map(
    rows.flatMap(({ part, at, actors }) => (part === 'intervals' ? [[at, actors] as const] : [])),
  );
  const actors = [...counts.values()].reduce((a, b) => a + b, 0);
  const shareOf = (part: number): number | null => (actors === 0 ? null : part / actors);
  let atLeast = actors;
  const steps = Array.from({ length: intervals }, (_, index): StickinessStep => {
    const exactly = counts.get(index + 1) ?? 0;
    const step = {
      intervals: index + 1,
      exactly,
      exactlyShare: shareOf(exactly),
      atLeast,
      atLeastShare: shareOf(atLeast),
    };
    atLeast -= exactly;
    return step;
  });
  return { group, actors, steps };
}
