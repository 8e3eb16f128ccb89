/** What a board reads from a store and gives to it. */
import type { FeatureStatus } from '@heartwood/semconv';
import type { OperationHistory } from './expected.ts';
import type { OperationEventLike } from './operation-event.ts';

/** How an operation was closed. */
export type OperationOutcome = FeatureStatus | 'lost';

/** An operation as a row; times are epoch nanoseconds, null is what nobody said. */
export interface StoredOperation {
  readonly id: string;
  readonly feature: string;
  readonly service: string;
  readonly component: string | null;
  readonly category: string | null;
  readonly instance: string | null;
  readonly host: string | null;
  readonly pid: number | null;
  readonly parentId: string | null;
  readonly session: string | null;
  readonly user: string | null;
  readonly traceId: string | null;
  readonly description: string | null;
  readonly startTime: bigint;
  /** Of a lost one when its last news came. */
  readonly endTime: bigint | null;
  readonly activeNs: bigint;
  readonly pausedNs: bigint;
  /** Null while it is open. */
  readonly outcome: OperationOutcome | null;
  readonly errorType: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  /** Bits as in `OPERATION_NOTES`. */
  readonly notes: number;
  readonly worstHealth: string;
  readonly lastSeq: bigint;
  /** All that is known, as JSON: what a board goes on from. */
  readonly state: string;
}

/** What a board wants kept, in one transaction. */
export interface OperationJob {
  readonly job: 'operations';
  /** All that are in memory, in place of those kept before; undefined: those stay. */
  readonly live: readonly StoredOperation[] | undefined;
  /** Closed ones; each takes the place of a row with its id. */
  readonly closed: readonly StoredOperation[];
  /** Closed as lost before, and heard of again: their rows go. */
  readonly reopened: readonly string[];
  /** Rows up to this number need not be read again at the next start. */
  readonly seq: bigint;
}

/** What a board reads. */
export interface OperationSource {
  /** What was kept as `live`, and the number of the last row that it knows of. */
  readLive(
    signal?: AbortSignal,
  ): Promise<{ readonly live: readonly StoredOperation[]; readonly seq: bigint }>;
  /** A slice of the events in rows after a number, ascending; `next` is where the next slice begins, undefined behind the last. */
  readEvents(
    after: bigint,
    signal?: AbortSignal,
  ): Promise<{ readonly events: readonly OperationEventLike[]; readonly next: bigint | undefined }>;
  /** Rows of those of these ids that were closed. */
  readClosed(ids: readonly string[], signal?: AbortSignal): Promise<readonly StoredOperation[]>;
  /** Durations of the last 200 successful operations of a feature within 90 days; undefined without any. */
  readHistory(feature: string, signal?: AbortSignal): Promise<OperationHistory | undefined>;
}
