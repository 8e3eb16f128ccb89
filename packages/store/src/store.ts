/** What a store promises: landing batches, answering questions, and its life. */
import type { Answer, Question, RowOfQuestion } from './analytics/question.ts';
import type { EventSelector } from './analytics/selector.ts';
import type { BackupManifest } from './backup-manifest.ts';
import type { CodedError } from '@heartwood/semconv';
import type { Batch, Position } from './batch.ts';
import type { DictionaryEntries } from './dictionary.ts';
import type { StoreJob } from './job.ts';
import type { QueryName, QueryParams, QueryRow } from './queries.ts';
import type { StorageUse, UpkeepOptions, UpkeepReport } from './upkeep.ts';

/** Takes what the receiver decoded. */
export interface Sink {
  /**
   * Lands all rows of the batch and the position in one transaction; resolves when they would survive a crash.
   * The batch must not be touched until then; afterwards it is empty and may be filled again. Batches land in the order of the calls.
   * Rejects with a `CodedError`; the rows are then not stored and the batch is lost: replay the journal.
   * `STORE_DATA_REFUSED` says that the same rows will be refused again, every other code that trying again may help.
   */
  land(batch: Batch, position: Position): Promise<void>;
}

/** How a question may be bounded. */
export interface ReadOptions {
  /** Stops the query in the database. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline; the query is stopped and `STORE_QUERY_TIMEOUT` thrown. Default 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Hears of every statement that was answered. */
  readonly onStatement?: ((ran: RanStatement) => void) | undefined;
}

/** A statement that was answered. */
export interface RanStatement {
  readonly name: string;
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** From the question to its answer, waiting for a free connection included. */
  readonly elapsedMs: number;
  readonly rows: number;
}

/** Answers questions, named and composed; the only way to rows. */
export interface Reader {
  /** Percentiles of the durations of at most so many runs are exact; those of more may come from buckets. */
  readonly exactRuns: number;
  /** Whether what a selector matches is added up by the hour: a single one that is not has counts look at every run. */
  isSummed(selector: EventSelector): boolean;
  /** Rows of the named query. Rejects with a `CodedError`: timeout, cancelled, closed. */
  read<Name extends QueryName>(
    name: Name,
    params: QueryParams<Name>,
    options?: ReadOptions,
  ): Promise<QueryRow<Name>[]>;
  /**
   * The answer to a composed question, in one statement and so about one state of the data. Rejects with a `CodedError`
   * as {@link read} does, and with `STORE_QUESTION_INVALID`, `STORE_QUERY_TOO_LARGE`,
   * `STORE_ANSWER_TOO_LARGE`.
   */
  ask<Q extends Question>(question: Q, options?: ReadOptions): Promise<Answer<RowOfQuestion<Q>>>;
}

/** How rows become a file. */
export interface ExportForm {
  readonly format: 'parquet' | 'csv' | 'jsonl';
  /** Columns of the question, in the order of the file. */
  readonly columns: readonly string[];
  /** Columns that the rows are sorted by; together they tell rows apart, so that the same rows give the same bytes. */
  readonly order: readonly string[];
}

/** A file that was written. */
export interface ExportedFile {
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Writes rows to files of their own, beside the database. */
export interface Exporter {
  /**
   * The rows of a named question as a file, which its caller removes; the next opening of the store removes what is left.
   * Rejects with a `CodedError` as {@link Reader.read} does; then there is no file.
   */
  exportRows<Name extends QueryName>(
    name: Name,
    params: QueryParams<Name>,
    form: ExportForm,
    options?: ReadOptions,
  ): Promise<ExportedFile>;
}

/** What an intake must know to go on where the last process stopped. */
export interface ResumeState {
  readonly position: Position;
  /** First free `seq`. */
  readonly nextSeq: bigint;
  /** Key of the text hashes, made once per database. */
  readonly hashSeed: number;
  readonly vocabulary: DictionaryEntries;
  readonly identities: DictionaryEntries;
  readonly resources: DictionaryEntries;
  readonly scopes: DictionaryEntries;
  readonly metrics: DictionaryEntries;
  readonly attributeSets: DictionaryEntries;
  /** Hashes (32 hexadecimal digits) of requests landed within the duplicate window, oldest first, with their outcome. */
  readonly requests: readonly LandedRequest[];
}

export interface LandedRequest {
  readonly hash: string;
  readonly accepted: number;
  readonly rejected: number;
}

/** A database that is open; exactly one per data folder and process. */
export interface Store extends Sink, Reader, Exporter {
  /**
   * Reads what the intake needs, at start and after a failed landing; opens the database anew when it has stopped working.
   * Landings asked for before never happen after it.
   */
  readResumeState(): Promise<ResumeState>;
  /**
   * Removes the rows of the request that the position stands within, so that a decoder which makes other rows of it can
   * land it whole; the position then stands before it. Roll-ups are summed again, about a second a million spans.
   */
  takeBackPart(): Promise<void>;
  /** Tells the listener whenever the database has stopped working, whoever noticed; {@link readResumeState} brings it back. */
  onFatal(listener: (error: CodedError) => void): void;
  /** Tells the listener how long each checkpoint took that was no part of a commit. */
  onCheckpoint(listener: (seconds: number) => void): void;
  /** Writes the WAL into the data file. */
  checkpoint(): Promise<void>;
  /**
   * Archives, drops and gives back room as the options say, in pieces between which batches land; runs wait for each
   * other. Safe to be cut off at any moment. Rejects with a `CodedError`; what was done until then stays done.
   */
  keepUp(options: UpkeepOptions): Promise<UpkeepReport>;
  /**
   * Copies what has landed to a new folder while batches go on landing; whole or not at all. Rejects with a `CodedError`:
   * `STORE_BACKUP_EXISTS`, `STORE_BACKUP_SOURCE_DAMAGED`.
   */
  backUp(to: string): Promise<BackupManifest>;
  /** Where the bytes are. */
  readStorageUse(): Promise<StorageUse>;
  /**
   * Builds the roll-ups anew from the spans, as far as those have not been removed; landings wait meanwhile, about a
   * second a million spans. Answers are the same before and after, unless the roll-ups were damaged.
   */
  rebuildRollups(): Promise<void>;
  /** Keeps what is no record: all of the job or nothing of it, between two landings. Rejects with a `CodedError`. */
  apply(job: StoreJob): Promise<void>;
  /** Lands what was given, checkpoints, closes the file and gives up the lock. Idempotent. */
  close(): Promise<void>;
}
