/** Sets of runs: which ones a question is about, and the numbers that every set has. */
import { ATTR_FEATURE_FILTER, FEATURE_STATUSES, type FeatureStatus } from '@heartwood/semconv';
import type { QueryParams, QueryRow } from '@heartwood/store';
import { rate, sayPart } from './ratio.ts';
import { toNs, type Window } from './window.ts';

/** Narrows runs; all given conditions hold together. */
export interface RunFilter {
  readonly feature?: string | undefined;
  readonly category?: string | undefined;
  readonly component?: string | undefined;
  readonly service?: string | undefined;
  readonly status?: FeatureStatus | undefined;
}

/** Counts, rates and latencies of a set of runs; null where there is nothing to divide by, rates also where {@link rate} says so. */
export interface RunNumbers {
  readonly runs: number;
  /** Users and sessions are null where the runs that would tell have been removed. */
  readonly users: number | null;
  readonly sessions: number | null;
  readonly success: number;
  readonly failed: number;
  readonly partial: number;
  readonly timeout: number;
  readonly cancelled: number;
  readonly successRate: number | null;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly meanMs: number | null;
  readonly efficiency: number | null;
}

/** Numbers as the store gives them. */
export type StoredNumbers = Omit<QueryRow<'run/series'>, 'bucket' | 'rank' | 'value'>;

/** The numbers of a stored row, without what else it holds. */
export function toRunNumbers(row: StoredNumbers): RunNumbers {
  return {
    runs: row.runs,
    users: row.users,
    sessions: row.sessions,
    success: row.success,
    failed: row.failed,
    partial: row.partial,
    timeout: row.timeout,
    cancelled: row.cancelled,
    successRate: rate(row.success, row.runs, row),
    p50Ms: row.p50Ms,
    p95Ms: row.p95Ms,
    p99Ms: row.p99Ms,
    meanMs: row.meanMs,
    efficiency: row.efficiency,
  };
}

/** The numbers of no runs. */
export const NO_RUNS: RunNumbers = {
  runs: 0,
  users: 0,
  sessions: 0,
  success: 0,
  failed: 0,
  partial: 0,
  timeout: 0,
  cancelled: 0,
  successRate: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  meanMs: null,
  efficiency: null,
};

/** Window and filter as every question about runs takes them. */
export function toRunParams(window: Window, filter: RunFilter): QueryParams<'feature/table'> {
  return {
    ...toNs(window),
    feature: filter.feature,
    category: filter.category,
    component: filter.component,
    service: filter.service,
    status: filter.status === undefined ? undefined : FEATURE_STATUSES.indexOf(filter.status) + 1,
  };
}

/** What a reader must know about these runs before trusting the numbers. */
export function warningsOf(
  rows: readonly Pick<StoredNumbers, 'runs' | 'nobody' | 'untimed' | 'filtered'>[],
): string[] {
  const total = (key: 'runs' | 'nobody' | 'untimed' | 'filtered'): number =>
    rows.reduce((sum, row) => sum + row[key], 0);
  const [runs, nobody, untimed] = [total('runs'), total('nobody'), total('untimed')];
  const warnings = filterWarnings(total('filtered'), runs, 'runs');
  if (nobody > 0)
    warnings.push(
      `${sayPart(nobody, runs, 'runs')} carry neither a user nor a session: they are in the runs, not in the users and sessions.`,
    );
  if (untimed > 0)
    warnings.push(
      `${sayPart(untimed, runs, 'runs')} have no duration, as they end before they start or a time of theirs cannot be: they are left out of latencies.`,
    );
  return warnings;
}

/** Says why rates are missing, when some of the `whole` come from senders that leave out other runs. */
export function filterWarnings(filtered: number, whole: number, unit: 'runs' | 'spans'): string[] {
  if (filtered === 0) return [];
  return [
    `${sayPart(filtered, whole, unit)} come from senders that leave out other runs (${ATTR_FEATURE_FILTER}): rates over them are not shown, latencies and scores cover only what was sent.`,
  ];
}
