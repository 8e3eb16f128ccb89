/** What the engine and the thread that owns the database say to each other. */
import { CodedError } from '@heartwood/semconv';
import type { BackupManifest } from '../backup-manifest.ts';
import type { Position } from '../batch.ts';
import type { ColumnBatchParts } from '../column-batch.ts';
import type { Statement } from '../statements.ts';
import type { StorageUse, UpkeepOptions, UpkeepReport } from '../upkeep.ts';
import type { Lane } from './connection-pool.ts';
import type { JobCall } from './jobs/jobs.ts';
import type { UpkeepPoint } from './upkeep/context.ts';

/** What the worker needs to open the database. */
export interface WorkerSettings {
  readonly path: string;
  /** Threads of one query or one landing. */
  readonly threads: number;
  /** What the database may take, at least 512: DuckDB is told less, for what it does not count. */
  readonly memoryLimitMiB: number;
  /** What questions beyond their memory may put on disk. */
  readonly spillMiB: number;
  /** Size of the WAL at which a commit also checkpoints. */
  readonly checkpointMiB: number;
  /** Queries that run at once. */
  readonly readers: number;
  /** Where a test wants the process to end. */
  readonly crashAt: UpkeepPoint | undefined;
}

/** A call, and what comes back for it. */
export interface Calls {
  open: { ask: object; answer: undefined };
  land: {
    ask: { readonly tables: readonly ColumnBatchParts[]; readonly position: Position };
    answer: undefined;
  };
  read: {
    ask: {
      readonly statement: Statement;
      readonly params: Readonly<Record<string, unknown>>;
      readonly timeoutMs: number;
      readonly lane: Lane;
    };
    answer: Record<string, unknown>[];
  };
  resume: { ask: object; answer: ResumeAnswer };
  takeBackPart: { ask: object; answer: undefined };
  checkpoint: { ask: object; answer: undefined };
  rebuildRollups: { ask: object; answer: undefined };
  upkeep: { ask: { readonly options: UpkeepOptions }; answer: UpkeepReport };
  backup: { ask: { readonly to: string }; answer: BackupManifest };
  storageUse: { ask: object; answer: StorageUse };
  apply: { ask: { readonly job: JobCall }; answer: undefined };
  close: { ask: object; answer: undefined };
}

export type CallKind = keyof Calls;

export type Call = {
  [Kind in CallKind]: { readonly kind: Kind; readonly id: number } & Calls[Kind]['ask'];
}[CallKind];

/** Stops the read with this id. */
export interface Cancel {
  readonly kind: 'cancel';
  readonly id: number;
}

/** Told the engine unasked: that the database has stopped working, or how long a checkpoint took. */
export type Notice =
  | { readonly kind: 'fatal'; readonly error: ErrorParts }
  | { readonly kind: 'checkpoint'; readonly seconds: number };

export interface ErrorParts {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause?: string | undefined;
}

/** The answer to a call. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: ErrorParts | undefined;
}

/** Two parallel columns of a dictionary. */
export interface EntriesAnswer {
  readonly hashes: BigUint64Array<ArrayBuffer>;
  readonly ids: BigUint64Array<ArrayBuffer>;
}

export interface ResumeAnswer {
  readonly position: Position;
  readonly nextSeq: bigint;
  readonly hashSeed: number;
  readonly vocabulary: EntriesAnswer;
  readonly identities: EntriesAnswer;
  readonly resources: EntriesAnswer;
  readonly scopes: EntriesAnswer;
  readonly metrics: EntriesAnswer;
  readonly attributeSets: EntriesAnswer;
  readonly requests: readonly {
    readonly hash: string;
    readonly accepted: number;
    readonly rejected: number;
  }[];
}

/** An error as it crosses threads: its class and cause chain do not survive the copy. */
export const toErrorParts = (error: CodedError): ErrorParts => ({
  code: error.code,
  message: error.message,
  retryable: error.retryable,
  cause: error.cause instanceof Error ? error.cause.message : undefined,
});

export const fromErrorParts = ({ code, message, retryable, cause }: ErrorParts): CodedError =>
  new CodedError(code, message, retryable, cause === undefined ? undefined : new Error(cause));
