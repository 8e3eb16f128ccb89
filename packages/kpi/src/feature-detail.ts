/** One feature: its numbers, how they split, what goes wrong, and its runs. */
import { FEATURE_STATUSES, PERFORMANCE_TIERS } from '@heartwood/semconv';
import type { FeatureStatus, PerformanceTier } from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { readFeatureRows, tierCounts, toFeatureNumbers, type FeatureNumbers } from './feature.ts';
import { readHistogram, type HistogramBin } from './histogram.ts';
import { nsToInstant } from './instant.ts';
import { createWhole, type Interval } from './interval.ts';
import { checkNames, unknownName } from './name.ts';
import { rate } from './ratio.ts';
import { readRecords, type RunRecord } from './record.ts';
import { canCountHours, missingWarnings, readRemoved, removedWarnings } from './removed.ts';
import { NO_RUNS, toRunParams, warningsOf, type RunFilter } from './run.ts';
import { readUsage, type UsagePoint } from './usage.ts';
import type { Window } from './window.ts';

/** Runs and their share of the feature's runs; null without runs, where senders leave out others, and where raw runs needed have been removed. */
export interface Share {
  readonly runs: number;
  readonly share: number | null;
}

/** Everything about one feature in a window. */
export interface FeatureReport extends FeatureNumbers {
  readonly allTime: { runs: number; firstSeen: string | null; lastSeen: string | null };
  readonly statuses: (Share & { status: FeatureStatus })[];
  readonly tiers: (Share & { tier: PerformanceTier })[];
  readonly errors: (Share & {
    errorType: string | null;
    lastSeen: string;
    message: string | null;
    traceId: string;
  })[];
  readonly components: (Share & { component: string | null })[];
  readonly versions: (Share & { version: string | null })[];
  readonly histogram: HistogramBin[];
  readonly points: UsagePoint[];
  readonly recent: RunRecord[];
}

/** How the report is made. */
export interface FeatureReportOptions extends ReadOptions {
  readonly interval: Interval | 'auto';
  /** How many recent runs to add. */
  readonly recent: number;
}

/**
 * Reads one feature; a feature that did not run in the window has zeros and nulls. Rejects with `FEATURE_UNKNOWN`
 * when it never ran, and when another name of the filter never occurred.
 */
export async function readFeature(
  reader: Reader,
  window: Window,
  filter: RunFilter & { readonly feature: string },
  { interval, recent, ...options }: FeatureReportOptions,
): Promise<{ report: FeatureReport; interval: Interval; warnings: string[] }> {
  const [everything] = await reader.read('feature/all-time', { feature: filter.feature }, options);
  if (everything === undefined) {
    const error = await unknownName(reader, 'feature', filter.feature, options);
    throw error;
  }
  const params = toRunParams(window, filter);
  const [
    { rows, warnings: sources },
    removed,
    errors,
    components,
    versions,
    histogram,
    usage,
    records,
  ] = await Promise.all([
    readFeatureRows(reader, window, filter, options),
    readRemoved(reader, window, filter, options),
    reader.read('feature/errors', params, options),
    reader.read('feature/shares', { ...params, by: 'component' }, options),
    reader.read('feature/shares', { ...params, by: 'version' }, options),
    readHistogram(reader, params, options),
    readUsage(reader, window, filter, { interval, top: 1, ...options }),
    recent === 0 ? undefined : readRecords(reader, window, filter, { limit: recent, ...options }),
  ]);
  const [row] = rows;
  if (row === undefined) await checkNames(reader, { ...filter }, options);
  const numbers = toNumbers(filter.feature, row, everything);
  const { filtered = 0 } = row ?? {};
  const toShare = (runs: number): Share => ({
    runs,
    share: rate(runs, numbers.runs, { filtered }),
  });
  const byHours = canCountHours(filter, createWhole(window));
  /** Errors and versions are known of raw runs alone, which are a part of the counted ones. */
  const toRawShare = (runs: number): Share =>
    byHours && removed.inWholeHours ? { runs, share: null } : toShare(runs);
  const tiers = row === undefined ? [] : tierCounts(row);
  const report: FeatureReport = {
    ...numbers,
    allTime: {
      runs: everything.runs,
      firstSeen: nsToInstant(everything.firstSeen),
      lastSeen: nsToInstant(everything.lastSeen),
    },
    statuses: FEATURE_STATUSES.map((status) => ({ status, ...toShare(numbers[status]) })),
    tiers: PERFORMANCE_TIERS.map((tier, index) => ({ tier, ...toShare(tiers[index] ?? 0) })),
    errors: errors.map(({ runs, lastSeen, ...rest }) => ({
      ...rest,
      ...toRawShare(runs),
      lastSeen: nsToInstant(lastSeen),
    })),
    components: components.map(({ value, runs }) => ({ component: value, ...toShare(runs) })),
    versions: versions.map(({ value, runs }) => ({ version: value, ...toRawShare(runs) })),
    histogram,
    points: usage.series[0]?.points ?? [],
    recent: records?.rows ?? [],
  };
  const warnings = [
    ...warningsOf(rows),
    ...sources,
    ...removedWarnings(removed, byHours, rows),
    ...missingWarnings(removed, 'errors, versions, the histogram and single runs'),
    ...usage.warnings,
  ];
  return { report, interval: usage.interval, warnings: [...new Set(warnings)] };
}

function toNumbers(
  feature: string,
  row: QueryRow<'feature/table'> | undefined,
  everything: QueryRow<'feature/all-time'>,
): FeatureNumbers {
  if (row !== undefined) return toFeatureNumbers(row);
  const { category, component } = everything;
  return { feature, category, component, ...NO_RUNS, tier: null, firstSeen: null, lastSeen: null };
}
