/** Records: single runs in the order of their arrival. */
import {
  ATTR_FEATURE_METADATA_PREFIX,
  FEATURE_STATUSES,
  FeatureStatus,
  PERFORMANCE_TIERS,
  type PerformanceTier,
} from '@heartwood/semconv';
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { toObject } from './json.ts';
import { msToNs, nsToInstant, nsToMs } from './instant.ts';
import { checkNames } from './name.ts';
import { toRunParams, type RunFilter } from './run.ts';
import type { Window } from './window.ts';

/** One run. */
export interface RunRecord {
  readonly seq: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly feature: string;
  readonly category: string | null;
  readonly component: string | null;
  readonly version: string | null;
  readonly service: string | null;
  readonly status: FeatureStatus;
  readonly tier: PerformanceTier | null;
  readonly startTime: string;
  readonly endTime: string | null;
  readonly durationMs: number | null;
  readonly inputSizeBytes: number;
  readonly outputSizeBytes: number;
  readonly iterations: number;
  readonly efficiency: number | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  readonly metadata: Record<string, unknown>;
  readonly mapped: boolean;
}

/** Narrows records further than runs. */
export interface RecordFilter extends RunFilter {
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly errorType?: string | undefined;
  readonly minDurationMs?: number | undefined;
}

/** Which page of records. */
export interface RecordPageOptions extends ReadOptions {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** Reads a page of records, those that arrived last first. Rejects unknown names when nothing is found. */
export async function readRecords(
  reader: Reader,
  window: Window,
  filter: RecordFilter,
  { limit, cursor, ...options }: RecordPageOptions,
): Promise<{ rows: RunRecord[]; nextCursor: string | null }> {
  const { user, session, errorType, minDurationMs } = filter;
  const params = {
    ...toRunParams(window, filter),
    user,
    session,
    errorType,
    minDurationNs: minDurationMs === undefined ? undefined : msToNs(minDurationMs),
    before: cursor === undefined ? undefined : BigInt(cursor),
    // One more than asked for tells whether a page follows.
    limit: limit + 1,
  };
  const stored = await reader.read('record/list', params, options);
  if (stored.length === 0) await checkNames(reader, { ...filter }, options);
  const rows = stored.slice(0, limit).map(toRecord);
  return { rows, nextCursor: stored.length > limit ? (rows.at(-1)?.seq ?? null) : null };
}

function toRecord(row: QueryRow<'record/list'>): RunRecord {
  const timed = !row.untimed;
  return {
    seq: row.seq,
    traceId: row.traceId,
    spanId: row.spanId,
    feature: row.feature,
    category: row.category,
    component: row.component,
    version: row.version,
    service: row.service,
    status: FEATURE_STATUSES[row.status - 1] ?? FeatureStatus.SUCCESS,
    tier: timed ? (PERFORMANCE_TIERS[row.tier - 1] ?? null) : null,
    startTime: nsToInstant(row.startTime),
    endTime: timed ? nsToInstant(BigInt(row.startTime) + BigInt(row.durationNs)) : null,
    durationMs: timed ? nsToMs(row.durationNs) : null,
    inputSizeBytes: Number(row.inputSize),
    outputSizeBytes: Number(row.outputSize),
    iterations: row.iterations,
    efficiency: row.efficiency,
    user: row.user,
    session: row.session,
    errorType: row.errorType,
    errorMessage: row.errorMessage,
    metadata: toMetadata(row.attributes),
    mapped: row.mapped,
  };
}

/** What the app said with `feature.metadata.<key>`, by key. */
export function toMetadata(attributes: unknown): Record<string, unknown> {
  const prefix = ATTR_FEATURE_METADATA_PREFIX;
  return Object.fromEntries(
    Object.entries(toObject(attributes))
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}
