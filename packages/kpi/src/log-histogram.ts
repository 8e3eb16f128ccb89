/** Log records by bucket of time and level. */
import { LOG_SEVERITIES, type LogSeverity } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { msToInstant, nsToMs } from './instant.ts';
import { createGrid, type Interval } from './interval.ts';
import { toLogParams, type LogFilter } from './log-filter.ts';
import { findPlaces, placesWithin } from './log-places.ts';
import { checkPatterns, shareDeadline } from './log-search.ts';
import { checkNames } from './name.ts';
import { keptWarnings, readRemoved } from './removed.ts';
import { toSlotParams } from './usage.ts';
import { toNs, type Window } from './window.ts';

/** Records of one bucket; of each level, and of `none` where the severity number has no word. */
export interface LogBucket extends Record<LogSeverity | 'none', number> {
  readonly start: string;
  readonly end: string;
  /** False when it sticks out of the range, when records may still arrive, or when some have been removed. */
  readonly complete: boolean;
  readonly records: number;
}

/** Buckets without gaps, oldest first, and their length. */
export interface LogHistogram {
  readonly interval: Interval;
  readonly buckets: LogBucket[];
  readonly warnings: string[];
}

interface LogHistogramOptions extends ReadOptions {
  readonly interval: Interval | 'auto';
}

/** Counts the records of a window that pass a filter. Rejects an unknown service or event when there are none. */
export async function readLogHistogram(
  reader: Reader,
  window: Window,
  filter: LogFilter,
  { interval, ...options }: LogHistogramOptions,
): Promise<LogHistogram> {
  const grid = createGrid(window, interval);
  const [counted, removed] = await Promise.all([
    countRecords(reader, filter, { ...toNs(window), ...toSlotParams(grid) }, options),
    readRemoved(reader, window, {}, options),
  ]);
  const { service, event } = filter;
  if (counted.length === 0) await checkNames(reader, { service, event }, options);
  const keptSinceMs = nsToMs(removed.sinceNs);
  const buckets = grid.buckets.map(({ startMs, endMs, complete }) => ({
    start: msToInstant(startMs),
    end: msToInstant(endMs),
    complete: complete && startMs >= keptSinceMs,
    records: 0,
    trace: 0,
    debug: 0,
    info: 0,
    warn: 0,
    error: 0,
    fatal: 0,
    none: 0,
  }));
  for (const { bucket, level, records } of counted) {
    const target = buckets[bucket];
    if (target === undefined) continue;
    target.records += records;
    target[LOG_SEVERITIES[level - 1] ?? 'none'] += records;
  }
  return { interval: grid.interval, buckets, warnings: keptWarnings(removed, window, 'logs') };
}

async function countRecords(
  reader: Reader,
  filter: LogFilter,
  slots: { readonly from: bigint; readonly to: bigint } & ReturnType<typeof toSlotParams>,
  options: ReadOptions,
) {
  const params = toLogParams(filter);
  if (params === undefined) return [];
  await checkPatterns(reader, params, options);
  const timed = shareDeadline(options);
  const places = placesWithin(await findPlaces(reader, params, slots, timed()), slots);
  const counted: QueryRow<'log/histogram'>[] = [];
  for (const place of places)
    counted.push(
      ...(await reader.read('log/histogram', { ...params, ...slots, ...place }, timed())),
    );
  return counted;
}
