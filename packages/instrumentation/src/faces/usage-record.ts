/** A run as it is read back, in the words of the feature tracker. */
import { FeatureCategory, type FeatureStatus } from '@heartwood/semconv';

/** One recorded use of a feature. */
export interface FeatureUsageRecord {
  /** Id of the run: what `startCustomTracking()` gave. */
  readonly recordId: string;
  readonly featureName: string;
  readonly category: FeatureCategory | (string & {});
  readonly status: FeatureStatus;
  /** Seconds; undefined for a run that came with an end before its start. */
  readonly duration: number | undefined;
  readonly startTime: Date;
  readonly endTime: Date | undefined;
  /** Bytes. */
  readonly inputSize: number;
  /** Bytes. */
  readonly outputSize: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Hash of the user or, where the app sends it, the id. */
  readonly userId: string | undefined;
  /** Never empty: a run that came without a session has its trace id here. */
  readonly sessionId: string;
  readonly errorMessage: string | undefined;
  /** Between 0 and 1. */
  readonly efficiencyScore: number | undefined;
  readonly iterations: number;
}

/** Reads a row of `/api/v1/records`. */
export function toUsageRecord(given: unknown): FeatureUsageRecord {
  const row = given as RecordRow;
  return {
    recordId: row.spanId,
    featureName: row.feature,
    category: row.category ?? FeatureCategory.OTHER,
    status: row.status,
    duration: row.durationMs === null ? undefined : row.durationMs / 1000,
    startTime: new Date(row.startTime),
    endTime: row.endTime === null ? undefined : new Date(row.endTime),
    inputSize: row.inputSizeBytes,
    outputSize: row.outputSizeBytes,
    metadata: row.metadata,
    userId: row.user ?? undefined,
    sessionId: row.session ?? row.traceId,
    errorMessage: row.errorMessage ?? undefined,
    efficiencyScore: row.efficiency ?? undefined,
    iterations: row.iterations,
  };
}

/** What is used of a row as the API has it. */
interface RecordRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly feature: string;
  readonly category: string | null;
  readonly status: FeatureStatus;
  readonly durationMs: number | null;
  readonly startTime: string;
  readonly endTime: string | null;
  readonly inputSizeBytes: number;
  readonly outputSizeBytes: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly user: string | null;
  readonly session: string | null;
  readonly errorMessage: string | null;
  readonly efficiency: number | null;
  readonly iterations: number;
}
