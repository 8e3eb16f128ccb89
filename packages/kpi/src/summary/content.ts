/** What a day comes to: runs, entries, errors, operations and sessions in a few numbers. */
import {
  FEATURE_STATUSES,
  FeatureStatus,
  PERFORMANCE_TIERS,
  type PerformanceTier,
} from '@heartwood/semconv';
import type { Reader, ReadOptions } from '@heartwood/store';
import { readDuplicates } from '../entry/duplicates.ts';
import { ENTRY_TYPES } from '../entry/entry.ts';
import { readErrorKinds, readErrorParts } from '../error/groups.ts';
import { nsToInstant } from '../instant.ts';
import { readSessionSummary } from '../session/summary.ts';
import { readTotals } from '../usage.ts';
import { toNs, type Window } from '../window.ts';

/** Runs and kinds of errors that are told one by one. */
const MOST = 5;

/** Kinds of errors that were never seen before; null in a summary that was kept before they were counted. */
type NewKinds = number | null;

/** What is kept of a day. */
export type SummaryContent = Awaited<ReturnType<typeof readContent>>;

/** Sums a day up. */
export async function readContent(reader: Reader, window: Window, options: ReadOptions = {}) {
  const range = toNs(window);
  const [{ totals, warnings }, tiers, slowest, errors, kinds] = await Promise.all([
    readTotals(reader, window, {}, options),
    reader.read('summary/tiers', range, options),
    reader.read('summary/slowest', { ...range, limit: MOST }, options),
    readErrorParts(reader, window, 'category', {}, { ...options, limit: 100 }),
    readErrorKinds(reader, window, options),
  ]);
  const [entries, { duplicates }, operations, { summary: sessions }, size] = await Promise.all([
    reader.read('summary/entries', { ...range, types: ENTRY_TYPES }, options),
    readDuplicates(reader, window, {}, options),
    reader.read('summary/operations', range, options),
    readSessionSummary(reader, window, { kind: 'work' }, options),
    reader.read('system/size', {}, options),
  ]);
  const { runs, success, failed, partial, timeout, cancelled } = totals;
  const fresh = kinds.filter(({ trend }) => trend === 'new');
  return {
    runs: {
      runs,
      success,
      failed,
      partial,
      timeout,
      cancelled,
      successRate: totals.successRate,
      p50Ms: totals.p50Ms,
      p95Ms: totals.p95Ms,
      features: totals.features,
      users: totals.users,
    },
    tiers: countsOf(PERFORMANCE_TIERS, (tier, index) =>
      sum(tiers.filter((row) => row.tier === index + 1).map((row) => row.runs)),
    ) as Record<PerformanceTier, number>,
    slowest: slowest.map(({ startTime, status, ...run }) => ({
      ...run,
      status: FEATURE_STATUSES[status - 1] ?? FeatureStatus.SUCCESS,
      startTime: nsToInstant(startTime),
    })),
    errors: {
      occurrences: sum(errors.rows.map(({ occurrences }) => occurrences)),
      kinds: sum(errors.rows.map(({ groups }) => groups)),
      newKinds: fresh.length as NewKinds,
      new: fresh.slice(0, MOST),
      most: kinds.slice(0, MOST),
    },
    entries: countsOf(
      ENTRY_TYPES,
      (type) => entries.find((row) => row.type === type)?.entries ?? 0,
    ) as Record<(typeof ENTRY_TYPES)[number], number>,
    duplicates: {
      operations: duplicates.operations,
      duplicates: duplicates.duplicates,
      share: duplicates.share,
    },
    operations: countsOf(
      [...FEATURE_STATUSES, 'lost'] as const,
      (outcome) => operations.find((row) => row.outcome === outcome)?.operations ?? 0,
    ) as Record<FeatureStatus | 'lost', number>,
    sessions: {
      sessions: sessions.sessions,
      openSessions: sessions.openSessions,
      abandonedSessions: sessions.abandonedSessions,
      activeMs: sessions.activeMs,
      pausedMs: sessions.pausedMs,
    },
    storage: { databaseBytes: size[0]?.sizeBytes ?? 0 },
    warnings: [...new Set([...warnings, ...errors.warnings])],
  };
}

/** True when nothing at all happened. */
export function isEmpty({ runs, errors, entries, operations, sessions }: SummaryContent): boolean {
  const counts = [...Object.values(entries), ...Object.values(operations)];
  return sum([runs.runs, errors.occurrences, sessions.sessions, ...counts]) === 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const countsOf = <Key extends string>(
  keys: readonly Key[],
  count: (key: Key, index: number) => number,
): Record<string, number> => Object.fromEntries(keys.map((key, index) => [key, count(key, index)]));
