/** Histogram of durations: bins in steps of 1, 2, 5, from the fastest to the slowest run. */
import type { QueryParams, Reader, ReadOptions } from '@heartwood/store';

/** Runs of at least `fromMs` and less than `toMs`; `toMs` is null for the last, open bin. */
export interface HistogramBin {
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly runs: number;
}

/** Reads how durations are spread; empty bins between the first and the last are kept, those outside left out. */
export async function readHistogram(
  reader: Reader,
  params: QueryParams<'feature/table'>,
  options: ReadOptions = {},
): Promise<HistogramBin[]> {
  const lastNs = BOUNDS_NS.map((bound) => String(bound - 1n));
  const rows = await reader.read('feature/histogram', { ...params, lastNs }, options);
  const runsByBin = new Map(rows.map((row) => [indexOf(BigInt(row.lastNs)), row.runs]));
  const used = [...runsByBin.keys()];
  const first = Math.min(...used);
  const length = used.length === 0 ? 0 : Math.max(...used) - first + 1;
  return Array.from({ length }, (_, offset) => {
    const index = first + offset;
    return {
      fromMs: Number(BOUNDS_NS[index - 1] ?? 0n) / 1e6,
      toMs: index < BOUNDS_NS.length ? Number(BOUNDS_NS[index]) / 1e6 : null,
      runs: runsByBin.get(index) ?? 0,
    };
  });
}

/** 1, 2, 5, 10 … from 1 µs to 5,000 s, then one day and 30 days. */
const BOUNDS_NS: readonly bigint[] = [
  ...Array.from({ length: 10 }, (_, exponent) =>
    [1n, 2n, 5n].map((step) => step * 10n ** BigInt(exponent + 3)),
  ).flat(),
  86_400_000_000_000n,
  30n * 86_400_000_000_000n,
];

/** The store names a bin by its last nanosecond; the open one by the largest number there is. */
function indexOf(lastNs: bigint): number {
  const index = BOUNDS_NS.findIndex((bound) => bound > lastNs);
  return index < 0 ? BOUNDS_NS.length : index;
}
