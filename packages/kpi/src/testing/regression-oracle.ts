/** What a comparison of windows must give, by plain loops over arrays; shares no code with the program. */
import type { RegressionQuestion, RegressionRow } from '@heartwood/store';
import { oracleRows, type OracleRow } from './count-oracle.ts';
import type { EventWorld } from './event-world.ts';

/** Windows by index, then all but the first together. */
export function oracleRegression(world: EventWorld, question: RegressionQuestion): RegressionRow[] {
  const places = [...question.windows.keys(), null];
  return places.flatMap((window): RegressionRow[] => {
    const rows = rowsOf(world, question, { window, part: 'runs' });
    if (rows.length === 0) return [];
    const durations = rows
      .flatMap(({ source }) =>
        'durationNs' in source && !source.negative ? [source.durationNs] : [],
      )
      .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const counts = new Map<number, number>();
    for (const duration of durations)
      counts.set(bucketOf(duration), (counts.get(bucketOf(duration)) ?? 0) + 1);
    return [
      {
        window,
        runs: rows.length,
        good: rowsOf(world, question, { window, part: 'good' }).length,
        timed: durations.length,
        p50Ns: percentile(durations, 0.5),
        p95Ns: percentile(durations, 0.95),
        durations: [...counts].map(([bucket, runs]) => ({ bucket, runs })),
      },
    ];
  });
}

function rowsOf(
  world: EventWorld,
  { events, windows }: RegressionQuestion,
  { window, part }: { window: number | null; part: 'runs' | 'good' },
): OracleRow[] {
  return oracleRows(world, events).filter(({ timeNs, matched }) => {
    const place = windows.findIndex(({ from, to }) => timeNs >= from && timeNs < to);
    const isIn = window === null ? place > 0 : place === window;
    return isIn && matched.has(0) && (part === 'runs' || matched.has(1));
  });
}

/** Sixteen classes each power of two; as many as nanoseconds below 32. */
function bucketOf(durationNs: bigint): number {
  if (durationNs < 32n) return Number(durationNs);
  const bits = durationNs.toString(2).length - 1;
  return (bits - 4) * 16 + Number(durationNs >> BigInt(bits - 4));
}

function percentile(sorted: readonly bigint[], p: number): number | null {
  if (sorted.length === 0) return null;
  const rank = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(rank)] ?? 0n, sorted[Math.ceil(rank)] ?? 0n];
  return Number(low) + Number(high - low) * (rank % 1);
}
