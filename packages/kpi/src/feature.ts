/** Features: the table of all of them with their numbers. */
import { PERFORMANCE_TIERS, type PerformanceTier } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { nsToInstant } from './instant.ts';
import { createGrid, createWhole, type Grid } from './interval.ts';
import { checkNames } from './name.ts';
import { canCountHours, missingWarnings, readRemoved, removedWarnings } from './removed.ts';
import { toRunNumbers, toRunParams, warningsOf, type RunFilter, type RunNumbers } from './run.ts';
import { toSlotParams } from './usage.ts';
import { bucketsWarning, readWholeDays } from './whole-days.ts';
import type { Window } from './window.ts';

/** Numbers of one feature. */
export interface FeatureNumbers extends RunNumbers {
  readonly feature: string;
  readonly category: string | null;
  readonly component: string | null;
  readonly tier: PerformanceTier | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly trend?: number[] | undefined;
}

/** What the table can be ordered by. */
export type FeatureOrder =
  | 'runs'
  | 'users'
  | 'failed'
  | 'successRate'
  | 'p95Ms'
  | 'efficiency'
  | 'lastSeen'
  | 'feature';

/** How the table is made. */
export interface FeatureTableOptions extends ReadOptions {
  readonly trend: boolean;
  readonly sort: FeatureOrder;
  readonly limit: number;
}

/** The table of features. */
export interface FeatureTable {
  readonly rows: FeatureNumbers[];
  /** Features before the limit. */
  readonly total: number;
  /** Buckets of the trends, when they were asked for. */
  readonly grid: Grid | undefined;
  readonly warnings: string[];
}

/** Most points of a sparkline. */
const TREND_POINTS = 32;

/** Reads the numbers of all features that ran in a window. Rejects unknown names in the filter. */
export async function readFeatures(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  { trend, sort, limit, ...options }: FeatureTableOptions,
): Promise<FeatureTable> {
  const grid = trend ? createGrid(window, 'auto', TREND_POINTS) : undefined;
  const [{ rows: stored, warnings: sources }, removed, trends] = await Promise.all([
    readFeatureRows(reader, window, filter, options),
    readRemoved(reader, window, filter, options),
    grid === undefined ? undefined : readTrends(reader, window, filter, grid, options),
  ]);
  if (stored.length === 0) await checkNames(reader, { ...filter }, options);
  const rows = stored
    .map(toFeatureNumbers)
    .toSorted(orderBy(sort))
    .slice(0, limit)
    .map((row) => (trends === undefined ? row : { ...row, trend: trends(row.feature) }));
  const byHours = canCountHours(filter, createWhole(window));
  const warnings = [
    ...warningsOf(stored),
    ...sources,
    ...removedWarnings(removed, byHours, stored),
  ];
  if (byHours && grid !== undefined && !canCountHours(filter, grid))
    warnings.push(...missingWarnings(removed, 'trends of parts of an hour'));
  return { rows, total: stored.length, grid, warnings };
}

/** The numbers of every feature, from the days that the store has added up where there are many runs. */
export async function readFeatureRows(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  options: ReadOptions,
): Promise<{ rows: readonly QueryRow<'feature/table'>[]; warnings: string[] }> {
  const days = await readWholeDays(reader, window, filter, options);
  const params = toRunParams(window, filter);
  if (days !== undefined) {
    const { from, to, feature } = params;
    const { fromDay, toDay, closed } = days;
    const range = { from, to, feature, fromDay, toDay, closed };
    const rows = await reader.read('day/table', range, options);
    if (rows.length > 0) return { rows, warnings: [bucketsWarning(reader)] };
  }
  // Few runs, or days that hold no longer.
  return { rows: await reader.read('feature/table', params, options), warnings: [] };
}

/** Numbers of a feature from the row of the store. */
export function toFeatureNumbers(row: QueryRow<'feature/table'>): FeatureNumbers {
  return {
    feature: row.feature,
    category: row.category,
    component: row.component,
    ...toRunNumbers(row),
    tier: medianTier(tierCounts(row)),
    firstSeen: nsToInstant(row.firstSeen),
    lastSeen: nsToInstant(row.lastSeen),
  };
}

/** Timed runs per tier, best first. */
export function tierCounts(row: QueryRow<'feature/table'>): number[] {
  return [row.excellent, row.good, row.acceptable, row.slow, row.verySlow];
}

/** The tier of the median run: the best one that, with those before it, holds half of the runs; null without runs. */
export function medianTier(counts: readonly number[]): PerformanceTier | null {
  const total = counts.reduce((sum, runs) => sum + runs, 0);
  let below = 0;
  const index = counts.findIndex((runs) => (below += runs) * 2 >= total);
  return total === 0 ? null : (PERFORMANCE_TIERS[index] ?? null);
}

async function readTrends(
  reader: Reader,
  window: Window,
  filter: RunFilter,
  grid: Grid,
  options: ReadOptions,
): Promise<(feature: string) => number[]> {
  const params = { ...toRunParams(window, filter), ...toSlotParams(grid) };
  const rows = await reader.read('feature/trend', params, options);
  const trends = new Map<string, number[]>();
  const empty = (): number[] => Array.from({ length: grid.buckets.length }, () => 0);
  for (const { feature, bucket, runs } of rows) {
    const trend = trends.get(feature) ?? empty();
    trend[bucket] = runs;
    trends.set(feature, trend);
  }
  return (feature) => trends.get(feature) ?? empty();
}

/** Names and the success rate ascend (worst first), all else descends; null last; ties by name. */
function orderBy(sort: FeatureOrder): (a: FeatureNumbers, b: FeatureNumbers) => number {
  const ascends = sort === 'feature' || sort === 'successRate';
  return (a, b) => {
    const [left, right] = [a[sort], b[sort]];
    if (left === right) return a.feature < b.feature ? -1 : 1;
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right === ascends ? -1 : 1;
  };
}
