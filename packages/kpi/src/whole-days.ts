/** Whole days (UTC) of a range that the store has added up, for questions over so many runs that percentiles need not be exact. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { toRunParams, type RunFilter } from './run.ts';
import type { Window } from './window.ts';

export const DAY_NS = 86_400_000_000_000n;

/** A stretch of days, numbered since 1970; the last one not included. Closed: the days that the ends cut are added up too. */
export type WholeDays = Pick<QueryRow<'day/whole'>, 'fromDay' | 'toDay' | 'closed'>;

/** The days to be read as such; undefined where there are none, the filter is by more than a feature, or the runs are few. */
export async function readWholeDays(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  options: ReadOptions,
): Promise<WholeDays | undefined> {
  const { category, component, service, status } = filter;
  if ((category ?? component ?? service ?? status) !== undefined) return undefined;
  const { from, to, feature } = toRunParams(window, filter);
  if (to - from < DAY_NS) return undefined;
  const [row] = await reader.read('day/whole', { from, to, feature }, options);
  return row !== undefined && row.runs > reader.exactRuns ? row : undefined;
}

/** Says how percentiles came about. */
export const bucketsWarning = ({ exactRuns }: Reader): string =>
  `The range has more than ${COUNT.format(exactRuns)} runs: percentiles come from durations in buckets and are within 3.2 % of the exact ones.`;

const COUNT = new Intl.NumberFormat('en-US');
