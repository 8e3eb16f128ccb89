/** Which size of batches synchronisations do best with. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { checkNames } from '../name.ts';
import { keptWarnings, readRemoved } from '../removed.ts';
import { toNs, type Window } from '../window.ts';
import { MIN_SAMPLE } from '../wilson.ts';
import { ratioInterval } from './ratio-interval.ts';

/** A number with bounds that hold the true one in 95 of 100 samples. */
type Estimate = ReturnType<typeof ratioInterval>;

/** Synchronisations with batches of one size. */
interface BatchSize {
  readonly batchSize: number;
  readonly syncs: number;
  readonly records: number;
  /** Records synced a second. */
  readonly perSecond: Estimate;
  /** Records that failed of all, 0 to 1. */
  readonly failedShare: Estimate;
  readonly retries: number;
}

/** Sizes, and the best of those that were seen often enough. */
interface Batches {
  /** Smallest first. */
  readonly sizes: BatchSize[];
  /** The one with most records a second of those seen 30 times; null with fewer than two of them. */
  readonly best: {
    readonly batchSize: number;
    /** True when its bounds lie above those of every other. */
    readonly isClear: boolean;
  } | null;
}

/** Sizes that are told apart, the most frequent. */
const MOST_SIZES = 50;

/** Batches of a window. Rejects an unknown service when nothing is found. */
export async function readBatches(
  reader: Reader,
  window: Window,
  filter: { readonly service?: string | undefined; readonly syncType?: string | undefined },
  options: ReadOptions = {},
): Promise<{ batches: Batches; truncated: boolean; warnings: string[] }> {
  const params = { ...toNs(window), ...filter, limit: MOST_SIZES + 1 };
  const [rows, removed] = await Promise.all([
    reader.read('entry/batches', params, options),
    readRemoved(reader, window, {}, options),
  ]);
  if (rows.length === 0) await checkNames(reader, { service: filter.service }, options);
  const sizes = rows
    .slice(0, MOST_SIZES)
    .map(toSize)
    .toSorted((a, b) => a.batchSize - b.batchSize);
  return {
    batches: { sizes, best: bestOf(sizes) },
    truncated: rows.length > MOST_SIZES,
    warnings: keptWarnings(removed, window, 'entries'),
  };
}

function toSize(row: QueryRow<'entry/batches'>): BatchSize {
  const { n } = row;
  const perSecond = ratioInterval({
    n,
    y: row.synced,
    x: row.seconds,
    y2: row.synced2,
    x2: row.seconds2,
    xy: row.syncedSeconds,
  });
  const failed = ratioInterval({
    n,
    y: row.failed,
    x: row.total,
    y2: row.failed2,
    x2: row.total2,
    xy: row.failedTotal,
  });
  const high = failed.high === null ? null : Math.min(1, failed.high);
  return {
    batchSize: row.batchSize,
    syncs: n,
    records: row.total,
    perSecond,
    failedShare: { ...failed, high },
    retries: row.retries,
  };
}

function bestOf(sizes: readonly BatchSize[]): Batches['best'] {
  const known = sizes
    .filter(({ syncs }) => syncs >= MIN_SAMPLE)
    .toSorted((a, b) => (b.perSecond.value ?? 0) - (a.perSecond.value ?? 0));
  const [best, ...others] = known;
  if (best === undefined || others.length === 0) return null;
  const low = best.perSecond.low ?? 0;
  const isClear = others.every(({ perSecond }) => (perSecond.high ?? Infinity) < low);
  return { batchSize: best.batchSize, isClear };
}
