/** Errors as they are kept: their kinds, and the records that tell of them. */

/** A kind of error. Times are nanoseconds since 1970. */
export interface StoredErrorGroup {
  /** 64 bits. */
  readonly fingerprint: bigint;
  /** Of the records of this job; what is kept reaches from the first of all to the last of all. */
  readonly firstTime: bigint;
  readonly lastTime: bigint;
  /** Of the way in which the fingerprint is made. This and what follows: as the record at `lastTime` says. */
  readonly version: number;
  readonly title: string;
  readonly errorType: string | null;
  readonly template: string;
  readonly stackTop: string | null;
  readonly category: string;
  readonly code: string | null;
  readonly message: string;
  /** The thing that it is about, such as a host or a path. */
  readonly object: string | null;
}

/** A record that tells of an error; ids as in `logs` and `spans`, 0 is none. */
export interface StoredOccurrence {
  readonly fingerprint: bigint;
  readonly time: bigint;
  readonly source: 'log' | 'run';
  readonly seq: bigint;
  /** 32 hexadecimal digits; zeros are none. */
  readonly traceId: string;
  readonly spanId: bigint;
  readonly resourceId: number;
  readonly featureId: bigint;
  readonly componentId: bigint;
  readonly sessionId: bigint;
  readonly userId: bigint;
}

/** How far records have been looked at: `seq` of the last log record and of the last span. */
export interface ErrorProgress {
  readonly logSeq: bigint;
  readonly spanSeq: bigint;
}

/** What a look at the records between two points has found, all of it or nothing is kept. */
export interface ErrorsJob {
  readonly job: 'errors';
  /** Where the look began; kept only if that is as far as what is kept goes, so that nothing is counted twice. */
  readonly after: ErrorProgress;
  readonly through: ErrorProgress;
  /** Each once; those of which a row is kept already change only its times and what it said last. */
  readonly groups: readonly StoredErrorGroup[];
  readonly occurrences: readonly StoredOccurrence[];
}
