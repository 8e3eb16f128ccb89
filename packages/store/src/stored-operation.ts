/** Operations as they are kept; what is not known is null. */

/** An operation that is over, with all that is told of it. Times are nanoseconds since 1970. */
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
  /** Of what was lost, when it was heard of last; null is kept as 1970. */
  readonly endTime: bigint | null;
  /** Without its pauses. */
  readonly activeNs: bigint;
  readonly pausedNs: bigint;
  /** A status of runs, or `lost`. */
  readonly outcome: string | null;
  readonly errorType: string | null;
  readonly reason: string | null;
  readonly message: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly unit: string | null;
  /** Bits: what was odd about it. */
  readonly notes: number;
  readonly worstHealth: string;
  /** `seq` of the last record that told of it. */
  readonly lastSeq: bigint;
  /** JSON: all that its events told, so that further ones can be added. */
  readonly state: string;
}

/** An operation in memory: under way, or over while more may be heard of it or of its parts. */
export type StoredLiveOperation = Pick<StoredOperation, 'id' | 'state'>;

/** What has changed since the last time, all of it or nothing is kept. */
export interface OperationsJob {
  readonly job: 'operations';
  /** Each takes the place of what was kept under its id of one in memory. */
  readonly live: readonly StoredLiveOperation[];
  /** Ids of all that are in memory: what is kept of others as such goes. Undefined leaves them. */
  readonly underWay: readonly string[] | undefined;
  /** Each takes the place of what was kept under its id. */
  readonly closed: readonly StoredOperation[];
  /** Ids of operations that turned out not to be over. */
  readonly reopened: readonly string[];
  /** What records up to this one told is kept with this job, or was before. */
  readonly seq: bigint;
}
