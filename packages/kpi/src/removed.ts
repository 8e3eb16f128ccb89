/** What retention has removed of a range, and how to say what numbers miss for it. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { sayInstant } from './instant.ts';
import type { Grid } from './interval.ts';
import { toRunParams, type RunFilter, type StoredNumbers } from './run.ts';
import { toNs, type Window } from './window.ts';

/** Runs of a range that have been removed; roll-ups still count them by whole hours, without their service. */
export interface Removed {
  /** Raw rows that start before this are gone, epoch nanoseconds. */
  readonly sinceNs: bigint;
  /** Some ran in whole hours of the range. */
  readonly inWholeHours: boolean;
  /** Some ran in an hour that an end of the range cuts. */
  readonly inCutHours: boolean;
}

/** Reads what has been removed; runs of other services than the filter's count too, as nothing tells them apart. */
export async function readRemoved(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  options: ReadOptions = {},
): Promise<Removed> {
  const { service: _, ...params } = toRunParams(window, filter);
  const [row] = await reader.read('run/removed', params, options);
  if (row === undefined) return { sinceNs: 0n, inWholeHours: false, inCutHours: false };
  return { ...row, sinceNs: BigInt(row.since) };
}

/** Whether roll-ups can count these runs: they know no services, and nothing shorter than an hour. */
export function canCountHours(
  { service }: RunFilter,
  { origin, width, slots }: Pick<Grid, 'origin' | 'width' | 'slots'>,
): boolean {
  const isWhole = slots.length === 1 || (origin % HOUR_NS === 0n && width % HOUR_NS === 0n);
  return service === undefined && isWhole;
}

/** What a reader must know about numbers of runs when some have been removed; `byHours`: roll-ups counted them. */
export function removedWarnings(
  { sinceNs, inWholeHours, inCutHours }: Removed,
  byHours: boolean,
  rows: readonly Pick<StoredNumbers, 'users' | 'sessions'>[],
): string[] {
  if (!byHours)
    return missingWarnings({ sinceNs, inWholeHours, inCutHours }, 'services or parts of an hour');
  const since = sayInstant(sinceNs);
  const warnings: string[] = [];
  if (inWholeHours)
    warnings.push(
      'Raw runs of this range have been removed: percentiles come from durations in buckets and are within 3.2 % of the exact ones, and runs of the removed part are counted by whole hours.',
    );
  if (inCutHours)
    warnings.push(
      `Raw runs from before ${since} have been removed: runs in the hours that the ends of the range cut are missing.`,
    );
  if (rows.some(({ users, sessions }) => users === null || sessions === null))
    warnings.push(
      `Raw runs from before ${since} have been removed: with this filter or split, users and sessions of that time are not known.`,
    );
  return warnings;
}

/** Says that `what` is made of raw runs alone, when some have been removed. */
export function missingWarnings(
  { sinceNs, inWholeHours, inCutHours }: Removed,
  what: string,
): string[] {
  if (!inWholeHours && !inCutHours) return [];
  return [
    `Raw runs from before ${sayInstant(sinceNs)} have been removed, and the counts kept of them cannot tell ${what}: such numbers cover only runs since then.`,
  ];
}

/** Says that an answer that reads raw rows alone, `what`, reaches no further back than they are kept. */
export function keptWarnings({ sinceNs }: Removed, window: Window, what: string): string[] {
  if (toNs(window).from >= sinceNs) return [];
  return [
    `Raw data from before ${sayInstant(sinceNs)} is not kept: ${what} cover only what came later.`,
  ];
}

const HOUR_NS = 3_600_000_000_000n;
