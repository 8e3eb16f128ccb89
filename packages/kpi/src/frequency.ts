/** Frequency: how often, and in how many intervals, each one was active. */
import type { ActivityPart, ActivityRow, Reader } from '@heartwood/store';
import { askActivity, byGroup, toActivityAnalytic, type ActivityRequest } from './activity.ts';
import type { Analytic } from './analytic.ts';
import { createGrid } from './interval.ts';
import type { Window } from './window.ts';

/** Actors with so many runs and events, or intervals. */
interface FrequencyBin {
  /** Inclusive. */
  readonly from: number;
  /** Inclusive; null for no end. */
  readonly to: number | null;
  readonly actors: number;
  /** Of all who were active; null where nobody was. */
  readonly share: number | null;
}

/** How much those who were active have each; numbers are null where nobody was. */
interface Spread {
  readonly mean: number | null;
  readonly median: number | null;
  readonly p90: number | null;
  readonly max: number | null;
  readonly bins: readonly FrequencyBin[];
}

/** One group, or all. */
export interface FrequencySeries {
  readonly group: string | null;
  readonly actors: number;
  /** Runs and events of each. */
  readonly runs: Spread;
  /** Intervals in which each was active. */
  readonly intervals: Spread;
}

/** Frequency over a whole range, the intervals that its ends cut included. */
export async function readFrequency(
  reader: Reader,
  window: Window,
  request: ActivityRequest,
): Promise<Analytic<FrequencySeries[]>> {
  const { origin, width, slots } = createGrid(window, request.interval);
  const asked = await askActivity(reader, request, {
    name: 'frequency',
    fromMs: window.fromMs,
    toMs: window.toMs,
    measure: { kind: 'spread' },
    origin,
    width,
    slots,
  });
  const data = byGroup(asked.rows, request).map(({ group, rows }): FrequencySeries => {
    const intervals = toSpread(rows, 'intervals');
    const actors = intervals.bins.reduce((sum, bin) => sum + bin.actors, 0);
    return { group, actors, runs: toSpread(rows, 'rows'), intervals };
  });
  return toActivityAnalytic(reader, window, request, data, {
    noun: 'frequency',
    sentence: `${request.unit}s by how many runs and events they have, and in how many intervals of ${request.interval} they were active; medians and percentiles are linear between ranks`,
    asked: [asked],
    n: asked.answer.facts.rows,
  });
}

/** Where bins begin. */
const BIN_STARTS = [1, 2, 3, 4, 6, 11, 21, 51, 101] as const;

function toSpread(rows: readonly ActivityRow[], part: ActivityPart): Spread {
  const own = rows.filter((row) => row.part === part).toSorted((a, b) => a.at - b.at);
  const actors = own.reduce((sum, row) => sum + row.actors, 0);
  const total = own.reduce((sum, row) => sum + row.at * row.actors, 0);
  return {
    mean: actors === 0 ? null : total / actors,
    median: quantile(own, actors, 0.5),
    p90: quantile(own, actors, 0.9),
    max: own.at(-1)?.at ?? null,
    bins: BIN_STARTS.map((from, index) => {
      const next = BIN_STARTS[index + 1];
      const to = next === undefined ? null : next - 1;
      const counted = own
        .filter(({ at }) => at >= from && (to === null || at <= to))
        .reduce((sum, row) => sum + row.actors, 0);
      return { from, to, actors: counted, share: actors === 0 ? null : counted / actors };
    }),
  };
}

/** Linear between ranks, of numbers that come with how many have them. */
function quantile(rows: readonly ActivityRow[], actors: number, p: number): number | null {
  if (actors === 0) return null;
  const at = (rank: number): number => {
    let seen = 0;
    return rows.find((row) => (seen += row.actors) > rank)?.at ?? 0;
  };
  const rank = p * (actors - 1);
  const [below, above] = [at(Math.floor(rank)), at(Math.ceil(rank))];
  return below + (rank % 1) * (above - below);
}
