/** Upkeep of a store as its owner asks for it: what to keep, what was done, where the bytes are. */

export interface UpkeepOptions {
  /** The present, epoch milliseconds. */
  readonly nowMs: number;
  /** Raw data of days (UTC) that ended longer ago are deleted; 0 keeps everything. Roll-ups and dictionaries stay. */
  readonly keepDays: number;
  /** Days that stay in the database file, where questions are fastest, before they go to the archive. */
  readonly hotDays: number;
  /** The oldest days are deleted while database, archive and `otherBytes` are more; 0 is no limit. */
  readonly maxBytes: number;
  /** Bytes that count too, such as those of the journal. */
  readonly otherBytes: number;
  /** Other limits than the measured ones. */
  readonly archive?: { readonly leastRows?: number; readonly mostRows?: number } | undefined;
  readonly shrink?:
    | { readonly freeShare?: number; readonly freeBytes?: number; readonly deadShare?: number }
    | undefined;
}

/** Where the bytes of a store are. */
export interface StorageUse {
  /** The database file and its WAL. */
  readonly databaseBytes: number;
  /** Free room within the database file, which new data fills. */
  readonly freeBytes: number;
  readonly archiveBytes: number;
  readonly archiveFiles: number;
  /** Time of the oldest raw record, ns since 1970; undefined when there is none. */
  readonly oldestNs: bigint | undefined;
}

/** What a run of upkeep did, in rows of all tables. */
export interface UpkeepReport {
  readonly archivedRows: number;
  readonly droppedByAge: number;
  readonly droppedBySize: number;
  /** Rows moved within the database file to make it shorter. */
  readonly movedRows: number;
  readonly tookMs: number;
  readonly use: StorageUse;
}
